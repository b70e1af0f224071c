#include "tests/faults/bitflip/world.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::faults {
namespace {

constexpr uint32_t kPartitions = 2;
constexpr int kRounds = 12;
constexpr uint64_t kRecordsOfRound = 60;
constexpr uint64_t kRecordsMore = 30;
// A journal file takes half of it: the rest is kept back for groups of states.
constexpr uint64_t kJournalFileBytes = 2 * limits::kJournalReserveBytes;
constexpr std::array kSegmentSizes{24 * limits::kKiB, 64 * limits::kKiB, 160 * limits::kKiB};

server::BrokersShape shape_of(uint64_t seed) {
  Random random = Random(seed).stream("shape");
  return {.segment_bytes = kSegmentSizes[random.below(kSegmentSizes.size())],
          .journal_file_bytes = kJournalFileBytes,
          .seed = seed};
}

}  // namespace

World::World(uint64_t seed) : random_(Random(seed).stream("records")), brokers_(3, shape_of(seed)) {
  brokers_.make_topic(kPartitions);
  truth_[{SpaceId(0), PartitionId(0)}];
  for (uint32_t i = 0; i < kPartitions; ++i) truth_[{SpaceId(1), PartitionId(i)}];
  // In rounds: what is stored meanwhile lets journal files be used again.
  for (int round = 0; round < kRounds; ++round) {
    append_some(kRecordsOfRound);
    run_for(limits::kSegmentWriteAfter + 1s);
  }
  // What is sealed is read from its file from now on, not from memory.
  for (size_t broker = 1; broker <= brokers_.size(); ++broker) at(broker).kill();
  for (size_t broker = 1; broker <= brokers_.size(); ++broker) at(broker).start();
  CHECK(brokers_.run_until_ready());
}

void World::append_some(uint64_t count) {
  for (; count > 0; --count) {
    // Most are small, some take several sectors.
    uint64_t bytes =
        random_.chance(1, 8) ? random_.between(3'000, 20'000) : random_.between(1, 900);
    std::string value(bytes, ' ');
    for (char& letter : value) letter = static_cast<char>(random_.next());
    PartitionId partition(static_cast<uint32_t>(random_.below(kPartitions)));
    CHECK(brokers_.append(value, partition), "two of three are whole");
  }
}

void World::go_on() {
  append_some(random_.between(1, kRecordsMore));
  run_for(10 * limits::kAttestAfter);
}

bool World::rest() {
  // What is written behind is written, synced and checkpointed; the journal attests its last group.
  run_for(2 * limits::kSegmentWriteAfter + 1s);
  return brokers_.run_until([this] { return brokers_.ready(); }, 30s);
}

bool World::is_whole() {
  return brokers_.ready() && brokers_.members() == " 1 2 3" &&
         brokers_.members(PartitionId(1)) == " 1 2 3" &&
         brokers_.members(PartitionId(0), SpaceId(0)) == " 1 2 3";
}

World::Fetched World::fetch(size_t broker, Key key, Offset from) {
  Fetched found{.batches = {}, .scanned = from, .commit = from, .error = {}};
  wire::FetchPartition asked{
      .space = key.first, .partition = key.second, .from = from, .bytes_max = 8 << 20};
  auto answer = brokers_.ask(
      broker,
      {wire::FetchRequest{.partitions = {asked}, .bytes_min = 1, .bytes_max = 8 << 20, .wait = 0ms},
       {}});
  if (!answer) {
    found.error = answer.error();
    return found;
  }
  const auto& reply = std::get<wire::FetchReply>(answer->envelope).partitions.at(0);
  found.error = reply.error;
  if (reply.error) return found;
  found.scanned = reply.scanned;
  found.commit = reply.commit;
  Buffer payload = answer->payload.empty() ? Buffer() : answer->payload[0];
  for (size_t i = 0; i < reply.batches.size(); ++i) {
    // What cannot be cut apart is kept as it came: it is no batch of the truth.
    auto header = wire::BatchHeader::decode(payload);
    bool whole = header && header->sealed() && header->batch_bytes() <= payload.size();
    size_t bytes = whole ? header->batch_bytes() : payload.size();
    found.batches.emplace(whole ? header->place().base_offset : from, payload.slice(0, bytes));
    payload = payload.slice(bytes, payload.size() - bytes);
  }
  return found;
}

void World::learn_truth(size_t except) {
  for (auto& [key, known] : truth_)
    for (size_t broker = 1; broker <= brokers_.size(); ++broker) {
      if (broker == except) continue;
      Offset from;
      if (!known.empty()) from = known.rbegin()->first;
      for (;;) {
        Fetched found = fetch(broker, key, from);
        if (found.error || found.scanned == from) break;
        for (const auto& [base, batch] : found.batches) {
          auto [there, added] = known.emplace(base, batch);
          CHECK(added || equal(there->second, batch), "healthy brokers agree");
        }
        from = found.scanned;
      }
    }
}

Served World::read_all(size_t broker) {
  Served served{.all = true, .wrong = {}, .refusals = {}};
  for (const auto& [key, batches] : truth_) read_partition(broker, key, served);
  return served;
}

std::vector<Offset> World::segment_begins(size_t broker, Key key) {
  std::vector<Offset> begins;
  std::string folder = fmt::format("segments/{}-{}/", key.first.value(), key.second.value());
  for (const io::FileInfo& file : at(broker).platter().files_seen())
    if (file.name.starts_with(folder))
      if (auto base = log::base_of_segment(file.name.substr(folder.size())))
        begins.push_back(*base);
  return begins;
}

void World::read_partition(size_t broker, Key key, Served& served) {
  const Batches& truth = truth_.at(key);
  // Where damage may hide the rest of a segment, the next one is read all the same.
  std::vector<Offset> begins = segment_begins(broker, key);
  Offset from;
  size_t seen = 0;
  for (;;) {
    Fetched found = fetch(broker, key, from);
    if (found.error) {
      served.all = false;
      served.refusals.push_back(found.error->text());
      auto next = std::ranges::upper_bound(begins, from);
      if (next == begins.end() || found.error->code != ErrorCode::SEGMENT_CORRUPT) return;
      from = *next;
      continue;
    }
    for (const auto& [base, batch] : found.batches) {
      auto expected = truth.find(base);
      // Records of this very moment are not in the truth yet.
      if (expected == truth.end() && !truth.empty() && base > truth.rbegin()->first) continue;
      ++seen;
      if (expected == truth.end() || !equal(expected->second, batch))
        served.wrong = fmt::format("broker {} served other bytes of space {} partition {} at {}",
                                   broker, key.first.value(), key.second.value(), base.value());
    }
    if (found.scanned == from) break;
    from = found.scanned;
  }
  served.all = served.all && seen == truth.size();
}

Files World::image(size_t broker) {
  Files files;
  sim::SimPlatter& platter = at(broker).platter();
  for (const io::FileInfo& file : platter.files_seen())
    if (file.name.starts_with("journal/") || file.name.starts_with("segments/"))
      files.emplace(file.name, platter.read(file.name));
  return files;
}

}  // namespace usher::faults

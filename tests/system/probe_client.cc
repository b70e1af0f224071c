// Asks a broker one thing over the wire and prints the answer: what the tests of this folder use
// until they can use `usher`.
//
//     probe_client HOST:PORT metadata
//     probe_client HOST:PORT create-space NAME PARTITIONS REPLICAS | create-topic SPACE TOPIC
//     probe_client HOST:PORT append SPACE-ID PARTITION TOPIC-ID VALUE
//     probe_client HOST:PORT fetch SPACE-ID PARTITION FROM WAIT-MS [TOPIC-ID]
//     probe_client HOST:PORT status SPACE-ID PARTITION
//     probe_client HOST:PORT join APP SPACE-ID       (stays, prints its tasks as they change)
// Exit code 1: the error's code, number and words stand on stdout.
#include <charconv>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/system_clock.h"
#include "proto/net/asio_transport.h"
#include "proto/net/channel.h"
#include "proto/wire/batch_builder.h"

namespace usher {
namespace {

constexpr Duration kWithin = 5s;

uint32_t number(const std::string& text) {
  uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Buffer batch_of(TopicId topic, std::string_view value) {
  wire::BatchBuilder builder;
  CHECK(builder.add(topic, {.key = {}, .value = as_bytes(value), .headers = {}}).has_value());
  wire::Batch batch = builder.finish(wire::NoGuard{});
  std::vector<std::byte> bytes(batch.header().bytes().bytes().begin(),
                               batch.header().bytes().bytes().end());
  bytes.insert(bytes.end(), batch.body().bytes().begin(), batch.body().bytes().end());
  return Buffer::copy_of(bytes);
}

net::Message fetch_of(const std::vector<std::string>& words) {
  wire::FetchPartition asked{.space = SpaceId(number(words[1])),
                             .partition = PartitionId(number(words[2])),
                             .from = Offset(number(words[3])),
                             .bytes_max = 1 << 20};
  if (words.size() > 5) asked.topics.push_back(TopicId(number(words[5])));
  return {wire::FetchRequest{.partitions = {asked},
                             .bytes_min = 1,
                             .bytes_max = 1 << 20,
                             .wait = std::chrono::milliseconds(number(words[4]))},
          {}};
}

net::Message request_of(const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  if (verb == "metadata") return {wire::MetadataRequest{}, {}};
  if (verb == "create-space")
    return {wire::CreateSpaceRequest{
                .name = words[1], .partitions = number(words[2]), .replicas = number(words[3])},
            {}};
  if (verb == "create-topic")
    return {wire::CreateTopicRequest{.space = words[1], .topic = words[2]}, {}};
  if (verb == "append")
    return {wire::AppendRequest{SpaceId(number(words[1])), PartitionId(number(words[2]))},
            {batch_of(TopicId(number(words[3])), words[4])}};
  if (verb == "fetch") return fetch_of(words);
  if (verb == "join")
    return {wire::JoinRequest{.app = words[1], .space = SpaceId(number(words[2]))}, {}};
  CHECK(verb == "status", "a verb of the list above");
  return {wire::PartitionStatusRequest{SpaceId(number(words[1])), PartitionId(number(words[2]))},
          {}};
}

void print(const wire::Metadata& view) {
  fmt::print("controller {}\n", view.controller ? view.controller->value() : 0);
  for (const auto& broker : view.brokers)
    fmt::print("broker {} {} {}\n", broker.id.value(), broker.endpoint, broker.up ? "up" : "down");
  for (const auto& space : view.spaces) {
    fmt::print("space {} {}\n", space.id.value(), space.name);
    for (const auto& topic : space.topics)
      fmt::print("topic {} {}\n", topic.id.value(), topic.name);
    for (size_t i = 0; i < space.partitions.size(); ++i)
      fmt::print("partition {} {}\n", i,
                 space.partitions[i].leader ? space.partitions[i].leader->value() : 0);
  }
}

// The records' values, one a line.
void print(const wire::FetchReply& reply, Buffer payload) {
  const wire::FetchedPartition& fetched = reply.partitions.at(0);
  if (fetched.error) fmt::print("error {}\n", fetched.error->text());
  for (const wire::FetchedBatch& sent : fetched.batches) {
    auto header = wire::BatchHeader::decode(payload);
    CHECK(header.has_value());
    size_t at = header->bytes().size();
    for (size_t i = 0; i < header->topics().size(); ++i) {
      const wire::TopicEntry& entry = header->topics()[i];
      if ((sent.sections >> i & 1) == 0) continue;
      auto section =
          wire::Section::open(entry, payload.slice(at, entry.stored_bytes), header->records());
      CHECK(section.has_value());
      at += entry.stored_bytes;
      for (auto reader = section->read(); !reader.done();) {
        wire::RecordView record = reader.next();
        fmt::print("record {} {} {}\n", header->place().base_offset.value() + record.place,
                   entry.topic.value(), as_text(record.value.value_or(Bytes())));
      }
    }
    payload = payload.slice(at, payload.size() - at);
  }
  fmt::print("scanned {} commit {}\n", fetched.scanned.value(), fetched.commit.value());
}

// Voters by their brokers; one is named twice while its lost disk and its new one are known.
void print(const wire::PartitionStatusReply& status) {
  fmt::print("leader {} term {} commit {} end {} replicas {} voters",
             status.leader ? status.leader->value() : 0, status.term.value(), status.commit.value(),
             status.end.value(), status.replicas.size());
  for (const wire::ReplicaStatus& replica : status.replicas)
    if (!replica.learner) fmt::print(" {}", replica.broker.value());
  fmt::print("\n");
}

class Probe {
 public:
  Probe(net::AsioScheduler& scheduler, const net::Endpoint& at)
      : scheduler_(scheduler),
        transport_(scheduler),
        channel_(transport_, scheduler, Random(1), at, {.hello = {.program = "probe"}}) {}

  void ask(net::Message request) {
    auto asked = channel_.request(std::move(request), kWithin, [this](Result<net::Message> answer) {
      if (!answer) {
        fmt::print("{} {} {}\n", answer.error().name(), answer.error().at.value_or(0),
                   answer.error().detail);
        return end(1);
      }
      take(*answer);
    });
    CHECK(asked.has_value());
  }
  int exit_code() const { return exit_code_; }

 private:
  void take(const net::Message& answer) {
    Buffer payload = answer.payload.empty() ? Buffer() : answer.payload[0];
    if (const auto* view = std::get_if<wire::Metadata>(&answer.envelope)) print(*view);
    if (const auto* done = std::get_if<wire::AppendReply>(&answer.envelope))
      fmt::print("offset {} seq {} replicas {}\n", done->base.value(),
                 done->base_seqs.empty() ? 0 : done->base_seqs[0].value(), done->replicas);
    if (const auto* reply = std::get_if<wire::FetchReply>(&answer.envelope)) print(*reply, payload);
    if (const auto* status = std::get_if<wire::PartitionStatusReply>(&answer.envelope))
      print(*status);
    if (const auto* joined = std::get_if<wire::JoinReply>(&answer.envelope)) {
      heartbeat_.member = joined->member;
      return beat();
    }
    if (const auto* assignment = std::get_if<wire::Assignment>(&answer.envelope))
      return follow(*assignment);
    end(0);
  }

  void follow(const wire::Assignment& assignment) {
    heartbeat_.assignment = assignment.version;
    heartbeat_.tasks.clear();
    std::string tasks;
    for (const wire::TaskProposal& task : assignment.tasks) {
      heartbeat_.tasks.push_back(
          {.partition = task.partition, .role = task.role, .epoch = task.epoch});
      if (task.role == wire::TaskRole::kOwner)
        tasks += fmt::format(" {}@{}", task.partition.value(), task.epoch.value());
    }
    if (tasks != told_) fmt::print("tasks{}\n", tasks);
    std::fflush(stdout);
    told_ = tasks;
    scheduler_.after(100ms, [this] { beat(); });
  }

  void beat() { ask({heartbeat_, {}}); }

  void end(int exit_code) {
    exit_code_ = exit_code;
    scheduler_.stop();
  }

  net::AsioScheduler& scheduler_;
  net::AsioTransport transport_;
  net::Channel channel_;
  wire::MemberHeartbeat heartbeat_;
  std::string told_;
  int exit_code_ = 0;
};

int run(const std::vector<std::string>& words) {
  auto at = net::Endpoint::parse(words.at(0));
  CHECK(at.has_value());
  SystemClock clock;
  net::AsioScheduler scheduler(clock);
  Probe probe(scheduler, *at);
  probe.ask(request_of({words.begin() + 1, words.end()}));
  scheduler.run();
  return probe.exit_code();
}

}  // namespace
}  // namespace usher

int main(int argc, char** argv) { return usher::run({argv + 1, argv + argc}); }

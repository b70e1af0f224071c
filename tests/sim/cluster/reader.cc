#include "tests/sim/cluster/reader.h"

#include <fmt/format.h>

namespace usher::clusters {
namespace {

constexpr Duration kFollowEvery = 500ms;

std::string words(client::PartitionAt at) {
  return fmt::format("{}/{}", at.space.value(), at.partition.value());
}

}  // namespace

Reader::Reader(World& world, std::string name, Random random)
    : world_(world), name_(std::move(name)), random_(random) {}

void Reader::start() {
  if (is_up()) return;
  ++lives_;
  Random life = random_.stream(fmt::format("life {}", lives_));
  host_ = std::make_unique<Host>(world_, name_, life);
  client::ConsumerOptions options;
  options.patience = life.between(1s, 10s);
  // Small answers: a batch is cut from its neighbours anywhere.
  if (life.chance(1, 2)) options.bytes_max = 2 * limits::kKiB;
  consumer_ = std::make_unique<client::Consumer>(host_->cluster(), handler(), options);
  if (life.chance(1, 3)) reached_.clear();
  look_again();
}

void Reader::kill() {
  consumer_.reset();
  host_.reset();
  readings_.clear();
}

void Reader::freeze(Duration time) {
  if (is_up()) host_->scheduler().freeze(time);
}

Offset Reader::read(client::PartitionAt at) const {
  auto reached = reached_.find(at);
  return reached == reached_.end() ? Offset(0) : reached->second;
}

// What is new in the metadata is read too.
void Reader::look_again() {
  host_->cluster().doubt();
  if (const client::MetadataPtr& metadata = host_->cluster().metadata())
    for (const wire::SpaceInfo& space : metadata->spaces)
      for (uint32_t i = 0; i < space.partitions.size(); ++i) {
        client::PartitionAt at{space.id, PartitionId(i)};
        if (readings_.contains(at)) continue;
        Offset from = read(at);
        readings_[at] = {.next = from, .next_seqs = {}};
        consumer_->add({.at = at, .topics = {}, .from = from, .until = {}});
      }
  host_->after(kFollowEvery, [this] { look_again(); });
}

void Reader::on_records(const client::ReadRecords& records) {
  records.for_each([&](const client::ReadRecord& record) { take(records.at(), record); });
}

// Skip, step back, inconsistent offset.
void Reader::take(client::PartitionAt at, const client::ReadRecord& record) {
  ++world_.histories().operations;
  Reading& reading = readings_[at];
  if (record.offset < reading.next)
    world_.witness().violate(fmt::format("step back: {} gives {} offset {} behind {}", name_,
                                         words(at), record.offset.value(), reading.next.value()));
  reading.next = record.offset.next();
  auto [next, first] = reading.next_seqs.emplace(record.topic, record.seq);
  if (!first && next->second != record.seq)
    world_.witness().violate(fmt::format("skip: {} gives {} seq {} of topic {}, not {}", name_,
                                         words(at), record.seq.value(), record.topic.value(),
                                         next->second.value()));
  next->second = record.seq.next();
  std::string value(as_text(record.view.value.value_or(Bytes())));
  auto [seen, is_new] = world_.histories().partitions[at].read.emplace(record.offset, value);
  if (!is_new && seen->second != value)
    world_.witness().violate(fmt::format("inconsistent offset: {} of {} is {} and {}",
                                         record.offset.value(), words(at), seen->second, value));
}

void Reader::on_progress(const client::Cursor& cursor, Offset) {
  Offset& reached = reached_[cursor.at()];
  reached = std::max(reached, cursor.next());
}

void Reader::on_failed(client::PartitionAt at, const Error& why) {
  world_.witness().trace(fmt::format("{} ends at {}: {}", name_, words(at), why.text()));
  // Where topics were deleted the log lets go of what they had.
  if (why.code == ErrorCode::OFFSET_GONE && why.at) reached_[at] = Offset(*why.at);
  bool is_wrong = why.code == ErrorCode::RECORDS_MISSING || why.code == ErrorCode::BATCH_CORRUPT ||
                  why.code == ErrorCode::BATCH_MALFORMED;
  if (is_wrong)
    world_.witness().violate(fmt::format("{} reads {}: {}", name_, words(at), why.text()));
  readings_.erase(at);
}

}  // namespace usher::clusters

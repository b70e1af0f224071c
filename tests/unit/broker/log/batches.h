// A partition's committed log made by hand, and a machine with its segments on a simulated disk.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/log/segment_head.h"
#include "broker/log/segments.h"
#include "proto/wire/batch_builder.h"

#include "tests/doctest.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::log {

constexpr Key kKey{.space = SpaceId(3), .partition = PartitionId(7)};
constexpr TopicId kEven{20};
constexpr TopicId kOdd{21};

// The batches of one log, each a record of one of two topics, a second apart.
class Batches {
 public:
  wire::Batch next(size_t value_bytes = 100) {
    wire::BatchBuilder builder;
    std::string value(value_bytes, static_cast<char>('a' + all_.size() % 26));
    TopicId topic = all_.size() % 2 == 0 ? kEven : kOdd;
    REQUIRE(builder.add(topic, {.key = {}, .value = as_bytes(value), .headers = {}}));
    wire::Batch made = builder.finish(wire::NoGuard{});
    Seq seq = end_.next_seqs[topic];
    auto header = wire::BatchHeader::decode(
        wire::seal(made.header(),
                   {.space = kKey.space,
                    .partition = kKey.partition,
                    .term = Term(1),
                    .base_offset = end_.offset,
                    .time = WallTime(1'000'000 * static_cast<int64_t>(all_.size()))},
                   {&seq, 1}, end_.chain));
    REQUIRE(header);
    end_.pass(*header);
    all_.push_back(made.with_header(std::move(*header)));
    return all_.back();
  }
  const std::vector<wire::Batch>& all() const { return all_; }
  const wire::Batch& at(Offset offset) const { return all_[offset.value()]; }

 private:
  Boundary end_;
  std::vector<wire::Batch> all_;
};

inline bool same(const wire::Batch& a, const wire::Batch& b) {
  return equal(a.header().bytes(), b.header().bytes()) && equal(a.body(), b.body());
}

inline Buffer snapshot_at(Offset offset) {
  return Buffer::copy_of(as_bytes("at " + std::to_string(offset.value())));
}

// What a start was told.
struct Restored final : Restoring {
  Result<void> on_snapshot(Bytes bytes) override {
    snapshot_said = std::string(as_text(bytes));
    return {};
  }
  void on_batch(const wire::Batch& batch) override { batches.push_back(batch); }
  Buffer snapshot() const override {
    if (!batches.empty()) return snapshot_at(batches.back().header().end_offset());
    return snapshot_said.empty() ? snapshot_at(Offset(0))
                                 : Buffer::copy_of(as_bytes(snapshot_said));
  }
  std::string snapshot_said;
  std::vector<wire::Batch> batches;
};

class Machine : public Owner {
 public:
  explicit Machine(uint64_t seed = 5, uint64_t segment_bytes = 64 * limits::kKiB)
      : platter(Random(seed)), segment_bytes_(segment_bytes) {}

  Options options() const {
    return {.key = kKey,
            .directory = "segments",
            .segment_bytes = segment_bytes_,
            .sync_bytes = 16 * limits::kKiB,
            .write_after = 50ms};
  }
  void start() { start(stored); }
  void start(Offset journal_says) {
    scheduler = std::make_unique<sim::SimScheduler>(loop);
    disk = std::make_unique<sim::SimDisk>(*scheduler, platter);
    restored = std::make_shared<Restored>();
    error.reset();
    Segments::open(*scheduler, *disk, options(), journal_says, restored,
                   [this](Result<std::unique_ptr<Segments>> opened) {
                     if (!opened) {
                       error = opened.error();
                       return;
                     }
                     segments = std::move(*opened);
                     segments->set_owner(*this);
                   });
    loop.run_until([this] { return segments || error; }, 10s);
  }
  void stop() {
    segments.reset();
    disk.reset();
    scheduler.reset();
  }

  void append(size_t batches, size_t value_bytes = 1000) {
    for (size_t i = 0; i < batches; ++i) append_this(log.next(value_bytes));
  }
  void append_this(const wire::Batch& batch) {
    segments->append(batch, [&] { return snapshot_at(batch.header().place().base_offset); });
    segments->release(batch.header().end_offset());
  }
  // Another replica's head, which the next start finds.
  void keep_head(const SegmentHead& head) {
    bool kept = false;
    segments->keep_head(encode_head(head), [&](Result<void> done) { kept = done.has_value(); });
    REQUIRE(loop.run_until([&] { return kept; }, 1s));
  }
  // Until everything is safe.
  void settle() {
    REQUIRE(
        loop.run_until([this] { return segments->stored() == segments->appended().offset; }, 60s));
  }

  Result<std::vector<wire::Batch>> read(Read asked) {
    std::optional<Result<std::vector<wire::Batch>>> answer;
    segments->read(asked, [&](auto result) { answer = std::move(result); });
    REQUIRE(loop.run_until([&] { return answer.has_value(); }, 10s));
    return std::move(*answer);
  }
  // Reads from `from` to the end; how many batches are those of the log.
  size_t read_all(Offset from = Offset(0)) {
    size_t good = 0;
    while (from < segments->written()) {
      auto batches = read({.from = from, .limit = segments->written()});
      if (!batches) return good;
      for (const wire::Batch& batch : *batches) {
        if (!same(batch, log.at(from))) return good;
        ++good;
        from = batch.header().end_offset();
      }
    }
    return good;
  }
  Offset offset_at(int64_t seconds) {
    std::optional<Result<Offset>> answer;
    segments->offset_at(WallTime(seconds * 1'000'000), [&](auto result) { answer = result; });
    REQUIRE(loop.run_until([&] { return answer.has_value(); }, 10s));
    REQUIRE(answer->has_value());
    return **answer;
  }

  void on_written(Offset) override {}
  void on_stored(Offset end) override { stored = end; }
  void on_segments_failed(const Error& why) override { failure = why; }
  std::shared_ptr<Restoring> begin_fold() const override { return std::make_shared<Restored>(); }

  sim::SimLoop loop;
  sim::SimPlatter platter;
  std::unique_ptr<sim::SimScheduler> scheduler;
  std::unique_ptr<sim::SimDisk> disk;
  std::unique_ptr<Segments> segments;
  std::shared_ptr<Restored> restored;
  std::optional<Error> error;
  std::optional<Error> failure;
  Offset stored;  // as the journal would know it
  Batches log;

 private:
  uint64_t segment_bytes_;
};

}  // namespace usher::log

// A word-counting task: driven by its app's records, or on a log that the test plays by hand.
#pragma once

#include "processors/examples/word_count.h"
#include "processors/test_driver.h"

#include "tests/doctest.h"
#include "tests/unit/processors/scripted_log.h"

namespace usher::processors {

inline TestDriver word_count(TaskOptions options = {}) {
  return {*examples::word_count(), examples::word_count_space(), options};
}

// A task on a log that the test plays by hand.
struct TaskFixture {
  HandScheduler scheduler;
  ScriptedLog log;
  state::MemoryStore store;
  std::unique_ptr<Task> task;

  TaskFixture() { make(); }

  void make() {
    task = std::make_unique<Task>(
        scheduler, log, store, *examples::word_count(),
        TaskOptions{.app = AppId(1), .member = MemberId(1), .skip = {}},
        Log(std::make_shared<MemoryLogSink>(), LogOptions(), scheduler.clock()));
  }

  // Claims at offset `end - 1` and is told that nothing stood before.
  void run(uint64_t end = 1) {
    task->own(Epoch(1));
    log.take_append().answer(receipt(end - 1));
    log.take_fetch().answer(nothing(end));
    REQUIRE(task->phase() == Phase::kRunning);
  }
  static Receipt receipt(uint64_t base) {
    return {.base = Offset(base),
            .end = Offset(base + 1),
            .term = Term(1),
            .time = WallTime(1),
            .chain = {}};
  }
  static FetchAnswer nothing(uint64_t scanned) {
    return {.batches = {},
            .scanned = Offset(scanned),
            .scanned_term = Term(1),
            .commit = Offset(scanned)};
  }
  static wire::Batch line(uint64_t at, std::string_view text, Term term = Term(1)) {
    wire::BatchBuilder builder;
    REQUIRE(builder.add(TopicId(20), {.key = {}, .value = as_bytes(text), .headers = {}}));
    wire::Batch batch = builder.finish(wire::NoGuard{});
    std::vector<Seq> seqs(1);
    wire::Place place{.space = SpaceId(1),
                      .partition = PartitionId(0),
                      .term = term,
                      .base_offset = Offset(at),
                      .time = WallTime(2)};
    return batch.with_header(
        *wire::BatchHeader::decode(wire::seal(batch.header(), place, seqs, {})));
  }
  // The next fetch gets this line, which is not committed yet.
  void feed(uint64_t at, std::string_view text) {
    log.take_fetch().answer(FetchAnswer{.batches = {line(at, text)},
                                        .scanned = Offset(at + 1),
                                        .scanned_term = Term(1),
                                        .commit = Offset(at)});
    scheduler.run();
  }
};

}  // namespace usher::processors

// What becomes one group.
#include <functional>
#include <map>

#include "broker/journal/journal.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/random.h"

#include "tests/doctest.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_scheduler.h"
#include "tests/unit/broker/journal/batches.h"

namespace usher::journal {
namespace {

PartitionKey partition(uint32_t number) {
  return {.space = SpaceId(1), .partition = PartitionId(number)};
}

// A journal whose groups are counted.
class Groups final : public Owner {
 public:
  Groups() { start(); }

  void start() {
    scheduler = std::make_unique<sim::SimScheduler>(loop);
    disk = std::make_unique<sim::SimDisk>(*scheduler, platter);
    Journal::open(*scheduler, *disk,
                  {.directory = "journal",
                   .id = JournalId(9),
                   .file_bytes = 32 * limits::kMiB,
                   .files_max = 4,
                   .attest_after = 1s},
                  *this, [this](Result<Journal::Opened> opened) {
                    REQUIRE(opened.has_value());
                    journal = std::move(opened->journal);
                    recovered = std::move(opened->recovered);
                  });
    loop.run_until([this] { return journal != nullptr; }, 10s);
    groups = 0;
  }
  void lose_power() {
    journal.reset();
    disk.reset();
    scheduler.reset();
    platter.crash();
  }
  // A batch of one value; `then` once it is durable.
  void append(uint32_t number, size_t value_bytes, Callback then = [] {}) {
    PartitionKey key = partition(number);
    Offset base = ends[number];
    ends[number] = base + 1;
    ++open;
    journal->append({.partition = key,
                     .hard_state = {},
                     .truncate_from = {},
                     .batches = {batch(key, base.value(), value_bytes)}},
                    [this, number, base, then = std::move(then)]() mutable {
                      CHECK(base == synced[number], "in the order of the appends");
                      synced[number] = base + 1;
                      --open;
                      then();
                    });
  }
  void settle() {
    REQUIRE(loop.run_until([this] { return open == 0; }, 60s));
  }

  bool holds(PartitionKey, Offset, Term) const override { return true; }
  void on_group_synced(uint64_t bytes, Duration) override {
    ++groups;
    largest = std::max(largest, bytes);
  }
  void on_journal_failed(const Error& why) override { FAIL(why.text()); }

  sim::SimLoop loop;
  sim::SimPlatter platter{Random(5)};
  std::unique_ptr<sim::SimScheduler> scheduler;
  std::unique_ptr<sim::SimDisk> disk;
  std::unique_ptr<Journal> journal;
  Recovered recovered;
  std::map<uint32_t, Offset> ends;
  std::map<uint32_t, Offset> synced;
  size_t open = 0;
  size_t groups = 0;
  uint64_t largest = 0;
};

TEST_CASE("what is appended in one turn of the loop is one group") {
  Groups journal;
  for (uint32_t p = 0; p < 20; ++p) journal.append(p, 100);
  journal.settle();
  EXPECT(journal.groups == 1);
}

TEST_CASE("partitions that answer a group with their next append meet in one group again") {
  Groups journal;
  constexpr size_t kRounds = 10;
  std::function<void(uint32_t, size_t)> go_on = [&](uint32_t p, size_t left) {
    journal.append(p, 4096, [&, p, left] {
      if (left > 1) go_on(p, left - 1);
    });
  };
  // One of them is ahead of the others.
  go_on(0, kRounds);
  journal.loop.run_for(1us);
  for (uint32_t p = 1; p < 20; ++p) go_on(p, kRounds);
  journal.settle();
  EXPECT(journal.groups <= kRounds + 1);
}

TEST_CASE("small and large groups are there, whole and in order, also in files used again") {
  Groups journal;
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    uint32_t p = static_cast<uint32_t>(random.below(4));
    // Alone it is too little to be written at once; together they fill a group, or a file's rest.
    size_t bytes = random.chance(1, 3) ? 100 : random.between(64, 900) * size_t{1024};
    journal.append(p, bytes);
    if (random.chance(1, 2))
      journal.loop.run_for(Duration(std::chrono::microseconds(random.below(3000))));
    // Files are used again.
    if (i % 20 == 19) {
      journal.settle();
      for (auto& [number, end] : journal.synced)
        if (random.chance(1, 2)) journal.journal->checkpoint(partition(number), end);
    }
  }
  journal.settle();
  EXPECT(journal.largest > 4 * limits::kMiB);
  EXPECT(journal.largest <= limits::kJournalGroupBytes);
  std::map<uint32_t, Offset> ends = journal.ends;
  journal.lose_power();
  journal.start();
  for (auto [number, end] : ends) {
    CAPTURE(number);
    const auto& found = journal.recovered[partition(number)];
    EXPECT((found.tail.empty() ? found.state.stored : found.tail.rbegin()->second.end) == end);
  }
}

}  // namespace
}  // namespace usher::journal

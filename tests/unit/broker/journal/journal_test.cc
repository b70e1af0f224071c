#include "broker/journal/journal.h"

#include <array>
#include <span>

#include "proto/base/limits.h"

#include "tests/doctest.h"
#include "tests/sim/sim_disk.h"
#include "tests/sim/sim_scheduler.h"
#include "tests/unit/broker/journal/batches.h"

namespace usher::journal {
namespace {

constexpr PartitionKey kOne{.space = SpaceId(1), .partition = PartitionId(1)};
constexpr PartitionKey kTwo{.space = SpaceId(1), .partition = PartitionId(2)};

// A machine with a journal on a simulated disk, which outlives the machine's crashes.
class Machine final : public Owner {
 public:
  explicit Machine(size_t files_max = 3, uint64_t seed = 5)
      : platter(Random(seed)), files_max_(files_max) {}

  void start() {
    scheduler = std::make_unique<sim::SimScheduler>(loop);
    disk = std::make_unique<sim::SimDisk>(*scheduler, platter);
    error.reset();
    Journal::open(*scheduler, *disk,
                  {.directory = "journal",
                   .id = JournalId(9),
                   .file_bytes = 16 * limits::kMiB,
                   .files_max = files_max_,
                   .attest_after = 10ms},
                  *this, [this](Result<Journal::Opened> opened) {
                    if (!opened) {
                      error = opened.error();
                      return;
                    }
                    journal = std::move(opened->journal);
                    recovered = std::move(opened->recovered);
                  });
    loop.run_until([this] { return journal || error; }, 10s);
  }
  void stop() {
    journal.reset();
    disk.reset();
    scheduler.reset();
  }
  void lose_power() {
    stop();
    platter.crash();
  }

  // True once it is durable.
  bool append(PartitionKey key, uint64_t base, size_t value_bytes = 10) {
    bool synced = false;
    journal->append({.partition = key,
                     .hard_state = {},
                     .truncate_from = {},
                     .batches = {batch(key, base, value_bytes)}},
                    [&synced] { synced = true; });
    return loop.run_until([&] { return synced; }, 5s);
  }
  // Without waiting for it.
  void append_later(Append what, bool& synced) {
    journal->append(std::move(what), [&synced] { synced = true; });
  }
  // As many of nearly a MiB as `done` says, from offset `first` on: more than the files hold.
  void fill(PartitionKey key, uint64_t first, std::span<bool> done) {
    for (size_t i = 0; i < done.size(); ++i)
      append_later({.partition = key,
                    .hard_state = {},
                    .truncate_from = {},
                    .batches = {batch(key, first + i, limits::kMiB - 100)}},
                   done[i]);
  }
  void rest(Duration time) { loop.run_for(time); }

  bool holds(PartitionKey key, Offset base, Term) const override {
    return !gone.contains({key, base});
  }
  void on_journal_failed(const Error& why) override { failed = why; }

  sim::SimLoop loop;
  sim::SimPlatter platter;
  std::unique_ptr<sim::SimScheduler> scheduler;
  std::unique_ptr<sim::SimDisk> disk;
  std::unique_ptr<Journal> journal;
  Recovered recovered;
  std::optional<Error> error;
  std::optional<Error> failed;
  std::set<std::pair<PartitionKey, Offset>> gone;

 private:
  size_t files_max_;
};

TEST_CASE("what was synced is there after the power was lost") {
  Machine machine;
  machine.start();
  for (uint64_t i = 0; i < 20; ++i) REQUIRE(machine.append(kOne, i));
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kOne].tail.size() == 20);
}

TEST_CASE("terms, votes and commits come back as they were last") {
  Machine machine;
  machine.start();
  bool synced = false;
  machine.journal->append({.partition = kOne,
                           .hard_state = HardState{.term = Term(7), .vote = 3},
                           .truncate_from = {},
                           .batches = {batch(kOne, 0)}},
                          [&] { synced = true; });
  machine.loop.run_until([&] { return synced; }, 1s);
  machine.journal->note_commit(kOne, Offset(1));
  machine.rest(15ms);  // an idle journal writes it all the same
  machine.lose_power();
  machine.start();
  EXPECT(machine.recovered[kOne].state ==
         PartitionState{.term = Term(7), .vote = 3, .commit = Offset(1), .stored = Offset(0)});
}

// Found by seeds 128, 150 and 267 of the simulator.
TEST_CASE("a group that was read is safe before anything follows it") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Machine machine(3, seed);
    machine.start();
    REQUIRE(machine.append(kOne, 0));
    // Killed while a group is on its way: it may be on the disk, and unsynced.
    machine.journal->append(
        {.partition = kOne, .hard_state = {}, .truncate_from = {}, .batches = {batch(kOne, 1)}},
        [] {});
    machine.rest(10us);
    machine.stop();
    machine.start();
    REQUIRE(!machine.error);
    uint64_t end = machine.recovered[kOne].tail.size();
    REQUIRE(machine.append(kOne, end));
    machine.lose_power();
    machine.start();
    REQUIRE(!machine.error);
    EXPECT(machine.recovered[kOne].tail.size() == end + 1);
  }
}

TEST_CASE("a file that a start finds keeps its name when the power fails") {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    Machine machine(3, seed);
    machine.start();
    machine.journal->append(
        {.partition = kOne, .hard_state = {}, .truncate_from = {}, .batches = {batch(kOne, 0)}},
        [] {});
    machine.rest(5ms + seed * 20us);  // killed while the first file is being made
    machine.stop();
    machine.start();
    REQUIRE(!machine.error);
    uint64_t end = machine.recovered[kOne].tail.size();
    REQUIRE(machine.append(kOne, end));
    machine.lose_power();
    machine.start();
    REQUIRE(!machine.error);
    EXPECT(machine.recovered[kOne].tail.size() == end + 1);
  }
}

TEST_CASE("an idle journal attests its last group within 10 ms") {
  Machine machine;
  machine.start();
  REQUIRE(machine.append(kOne, 0));
  machine.rest(12ms);
  machine.stop();
  machine.platter.flip_bit("journal/0001.journal", kGroupHeaderBytes + 30, 2);
  machine.start();
  REQUIRE(machine.error);
  EXPECT(machine.error->code == ErrorCode::JOURNAL_CORRUPT);
}

TEST_CASE("files are used again when their batches are stored") {
  Machine machine(3);
  machine.start();
  for (uint64_t i = 0; i < 200; ++i) {
    REQUIRE(machine.append(kOne, i, limits::kMiB - 100));
    machine.journal->checkpoint(kOne, Offset(i));
  }
  EXPECT(machine.journal->files().size() <= 3);
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kOne].tail.contains(Offset(199)));
  EXPECT(machine.recovered[kOne].tail.size() <= 2);
}

TEST_CASE("batches that stay uncommitted are copied forward and survive their file") {
  Machine machine(3);
  machine.start();
  REQUIRE(machine.append(kTwo, 0));
  REQUIRE(machine.append(kTwo, 1));
  machine.gone.insert({kTwo, Offset(1)});  // cut off since, in memory
  bool cut = false;
  machine.journal->append(
      {.partition = kTwo, .hard_state = {}, .truncate_from = Offset(1), .batches = {}},
      [&] { cut = true; });
  machine.loop.run_until([&] { return cut; }, 1s);
  for (uint64_t i = 0; i < 100; ++i) {
    REQUIRE(machine.append(kOne, i, limits::kMiB - 100));
    machine.journal->checkpoint(kOne, Offset(i));
  }
  EXPECT(machine.journal->files().size() <= 3);
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kTwo].tail.size() == 1);
  EXPECT(machine.recovered[kTwo].tail.contains(Offset(0)));
}

TEST_CASE("what lives that end early make too many is given back by one that goes on") {
  Machine machine(2);
  machine.start();
  uint64_t next = 0;
  std::array<bool, 20> synced{};
  machine.fill(kOne, next, synced);
  machine.rest(5s);
  for (bool is_synced : synced) next += is_synced;
  REQUIRE(next > 0);
  size_t files = 0;
  for (int life = 0; life < 5; ++life) {
    machine.lose_power();
    machine.start();
    REQUIRE(machine.journal);
    // Ended by its first write, before anything is copied forward.
    if (machine.append(kTwo, static_cast<uint64_t>(life))) files = machine.journal->files().size();
  }
  REQUIRE(files > 2);
  machine.journal->checkpoint(kOne, Offset(next));
  machine.journal->checkpoint(kTwo, Offset(5));
  for (uint64_t i = 0; i < 100; ++i) {
    REQUIRE(machine.append(kOne, next + i, limits::kMiB - 100));
    machine.journal->checkpoint(kOne, Offset(next + i));
  }
  EXPECT(machine.journal->files().size() <= 2);
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kOne].tail.contains(Offset(next + 99)));
}

// Found by seed 1066 of the simulator.
TEST_CASE("a commit is never on disk before the batches that it commits") {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    Machine machine(3, seed);
    machine.start();
    bool synced = false;
    machine.append_later({.partition = kOne,
                          .hard_state = HardState{.term = Term(1), .vote = 1},
                          .truncate_from = {},
                          .batches = {}},
                         synced);
    for (uint64_t i = 0; i < 14; ++i) REQUIRE(machine.append(kOne, i, limits::kMiB - 100));
    // They wait while the file's last group is being written, and are more than one group takes.
    std::array<bool, 26> done{};
    for (uint64_t i = 14; i < done.size(); ++i)
      machine.append_later({.partition = kOne,
                            .hard_state = {},
                            .truncate_from = {},
                            .batches = {batch(kOne, i, limits::kMiB - 100)}},
                           done[i]);
    machine.journal->note_commit(kOne, Offset(done.size()));
    REQUIRE(machine.loop.run_until([&] { return done[15]; }, 5s));
    REQUIRE(!done.back());
    machine.lose_power();
    machine.start();
    REQUIRE(!machine.error);
    const RecoveredPartition& found = machine.recovered[kOne];
    EXPECT(found.state.commit <= std::prev(found.tail.end())->second.end);
  }
}

TEST_CASE("a term that comes while the log begins anew does not bring back where it began") {
  Machine machine;
  machine.start();
  REQUIRE(machine.append(kOne, 0));
  bool synced = false;
  // It keeps the others waiting, so that they are one group.
  machine.append_later(
      {.partition = kOne, .hard_state = {}, .truncate_from = {}, .batches = {batch(kOne, 1)}},
      synced);
  machine.append_later({.partition = kOne,
                        .hard_state = {},
                        .restart_at = Offset(1000),
                        .truncate_from = {},
                        .batches = {}},
                       synced);
  machine.append_later({.partition = kOne,
                        .hard_state = HardState{.term = Term(7), .vote = 3},
                        .truncate_from = {},
                        .batches = {}},
                       synced);
  REQUIRE(machine.append(kOne, 1000));
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(
      machine.recovered[kOne].state ==
      PartitionState{.term = Term(7), .vote = 3, .commit = Offset(1000), .stored = Offset(1000)});
  EXPECT(machine.recovered[kOne].tail.size() == 1);
}

// Found by seed 54 of the simulator.
TEST_CASE("a file that is stored while its copies wait for room is used again") {
  Machine machine(3);
  machine.start();
  std::array<bool, 60> done{};
  machine.fill(kOne, 0, done);
  // Batches took what room there was, and the oldest file's copies wait behind those that wait.
  machine.rest(5s);
  REQUIRE(done[30]);
  REQUIRE(!done.back());
  machine.journal->checkpoint(kOne, Offset(31));
  REQUIRE(machine.loop.run_until([&] { return done.back(); }, 5s));
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kOne].tail.begin()->first == Offset(31));
  EXPECT(machine.recovered[kOne].tail.size() == done.size() - 31);
}

TEST_CASE("what is left of a file is copied into the reserve where nothing else has room") {
  Machine machine(3);
  machine.start();
  REQUIRE(machine.append(kTwo, 0));
  std::array<bool, 60> done{};
  machine.fill(kOne, 0, done);
  machine.rest(5s);
  REQUIRE(!done.back());
  // Of the oldest file only the other partition's batch is needed still.
  machine.journal->checkpoint(kOne, Offset(31));
  REQUIRE(machine.loop.run_until([&] { return done.back(); }, 5s));
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kTwo].tail.contains(Offset(0)));
  EXPECT(machine.recovered[kOne].tail.size() == done.size() - 31);
}

TEST_CASE("a file whose batches are stored while they are copied goes when the journal says so") {
  for (Duration pause = 0us; pause < 2ms; pause += 400us) {
    Machine machine(3);
    machine.start();
    std::array<bool, 60> done{};
    machine.fill(kOne, 0, done);
    REQUIRE(machine.loop.run_until([&] { return machine.journal->files().in_use() == 3; }, 5s));
    machine.rest(pause);
    machine.journal->checkpoint(kOne, Offset(16));
    REQUIRE(machine.loop.run_until([&] { return done[40]; }, 5s));
    machine.lose_power();
    machine.start();
    REQUIRE_MESSAGE(!machine.error, machine.error->detail);
    EXPECT(machine.recovered[kOne].tail.contains(Offset(40)));
  }
}

TEST_CASE("a file with batches that were cut off goes once the cut is on disk") {
  for (Duration pause = 0us; pause < 2ms; pause += 400us) {
    Machine machine(3);
    machine.start();
    REQUIRE(machine.append(kTwo, 0));
    for (uint64_t i = 0; i < 15; ++i) REQUIRE(machine.append(kOne, i, limits::kMiB - 100));
    REQUIRE(machine.append(kTwo, 1));  // in another file
    std::array<bool, 45> done{};
    machine.fill(kOne, 15, done);
    machine.journal->checkpoint(kOne, Offset(15));
    bool cut = false;
    machine.append_later(
        {.partition = kTwo, .hard_state = {}, .truncate_from = Offset(0), .batches = {}}, cut);
    machine.gone = {{kTwo, Offset(0)}, {kTwo, Offset(1)}};
    REQUIRE(machine.loop.run_until([&] { return machine.journal->files().in_use() == 3; }, 5s));
    machine.rest(pause);
    REQUIRE(machine.loop.run_until([&] { return done[24]; }, 5s));
    machine.lose_power();
    machine.start();
    REQUIRE_MESSAGE(!machine.error, machine.error->detail);
    EXPECT(machine.recovered[kOne].tail.contains(Offset(39)));
  }
}

TEST_CASE("the door opens again in an idle journal whose files are all stored") {
  for (uint64_t seed = 0; seed < 12; ++seed) {
    Machine machine(2, seed);
    // What is to be copied may be read long after the journal had its last to write.
    machine.platter.faults().slow = 5'000;
    machine.platter.faults().slow_max = 100ms;
    machine.start();
    uint64_t end = 0;
    while (machine.journal->has_room()) REQUIRE(machine.append(kOne, end++, limits::kMiB - 100));
    machine.journal->checkpoint(kOne, Offset(end));
    machine.rest(2s);
    EXPECT(machine.journal->has_room());
  }
}

TEST_CASE("the reserve lasts however often something is stored, until that frees a file") {
  constexpr uint64_t kSmall = 400;  // more than the reserve and the rest of a file hold groups
  Machine machine(3);
  machine.start();
  for (uint64_t i = 0; i < kSmall; ++i) REQUIRE(machine.append(kTwo, i));
  std::array<bool, 60> done{};
  machine.fill(kOne, 0, done);
  machine.rest(5s);
  REQUIRE(!machine.journal->has_room());
  REQUIRE(!done.back());
  // All of it stands in the oldest file, and none of it is all that the file is needed for.
  for (uint64_t i = 1; i <= kSmall; ++i) {
    machine.journal->checkpoint(kTwo, Offset(i));
    machine.rest(2ms);
  }
  machine.journal->checkpoint(kOne, Offset(31));
  REQUIRE(machine.loop.run_until([&] { return done.back(); }, 5s));
  machine.lose_power();
  machine.start();
  REQUIRE(!machine.error);
  EXPECT(machine.recovered[kTwo].state.stored == Offset(kSmall));
  EXPECT(machine.recovered[kOne].tail.size() == done.size() - 31);
}

// Found by seed 800643 of the simulator.
TEST_CASE("a log that begins anew gives room, also where it waits behind its own batches") {
  Machine machine(3);
  machine.start();
  REQUIRE(machine.append(kTwo, 0));
  std::array<bool, 60> done{};
  machine.fill(kOne, 0, done);
  bool other = false;
  machine.append_later(
      {.partition = kTwo, .hard_state = {}, .truncate_from = {}, .batches = {batch(kTwo, 1)}},
      other);
  machine.rest(5s);
  REQUIRE(!machine.journal->has_room());
  REQUIRE(!done.back());
  // Nothing of it is stored. A snapshot stands for all that, and more.
  bool anew = false;
  machine.append_later({.partition = kOne,
                        .hard_state = HardState{.term = Term(7), .vote = 3},
                        .restart_at = Offset(1000),
                        .truncate_from = {},
                        .batches = {batch(kOne, 1000)}},
                       anew);
  REQUIRE(machine.loop.run_until([&] { return anew; }, 5s));
  EXPECT(done.back());
  EXPECT(other);
  REQUIRE(machine.append(kOne, 1001));
  machine.lose_power();
  machine.start();
  REQUIRE_MESSAGE(!machine.error, machine.error->detail);
  EXPECT(
      machine.recovered[kOne].state ==
      PartitionState{.term = Term(7), .vote = 3, .commit = Offset(1000), .stored = Offset(1000)});
  EXPECT(machine.recovered[kOne].tail.size() == 2);
  EXPECT(machine.recovered[kTwo].tail.size() == 2);
}

TEST_CASE("a failed write is final and the owner is told") {
  Machine machine;
  machine.start();
  REQUIRE(machine.append(kOne, 0));
  machine.platter.faults().write_errors = 10'000;
  EXPECT(!machine.append(kOne, 1));
  REQUIRE(machine.failed);
  machine.platter.faults().write_errors = 0;
  EXPECT(!machine.append(kOne, 2));
  EXPECT(machine.journal->failed());
}

TEST_CASE("a full disk closes the door, and it opens again by itself") {
  Machine machine(8);
  machine.platter.faults().capacity_bytes = 40 * limits::kMiB;
  machine.start();
  uint64_t i = 0;
  for (; i < 100 && machine.journal->has_room(); ++i)
    REQUIRE(machine.append(kOne, i, limits::kMiB - 100));
  EXPECT(!machine.journal->has_room());
  EXPECT(!machine.failed);
  // What goes on all the same still has room.
  REQUIRE(machine.append(kOne, i));
  machine.platter.faults().capacity_bytes.reset();
  machine.rest(3s);
  EXPECT(machine.journal->has_room());
}

}  // namespace
}  // namespace usher::journal

// What a process that died left behind may be seen by the next one and still be on its way to the
// disk, or never get there: a power cut after that must take nothing of what was stored since.
#include "broker/log/segments.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

constexpr uint64_t kSeeds = 100;

// Killed; the next one is told what the journal knows, and given what the segments lack.
void start_again(Machine& machine) {
  machine.stop();
  machine.platter.faults().sync_errors = 0;
  machine.platter.faults().fail_operation.reset();
  machine.failure.reset();
  machine.start();
  REQUIRE_MESSAGE(machine.segments, machine.error->detail);
  for (uint64_t at = machine.segments->written().value(); at < machine.log.all().size(); ++at)
    machine.append_this(machine.log.at(Offset(at)));
}

void expect_all_after_power_cut(Machine& machine) {
  machine.settle();
  machine.stop();
  machine.platter.crash();
  machine.start();
  REQUIRE_MESSAGE(machine.segments, machine.error->detail);
  EXPECT(machine.read_all() == machine.log.all().size());
}

// Found by seed 1165 of the simulator.
TEST_CASE("a segment that a start finds keeps its name when the power fails") {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Machine machine(seed);
    machine.start();
    machine.append(1);
    machine.loop.run_for((1 + seed) * 10us);  // it is being made
    start_again(machine);
    machine.append(2);
    expect_all_after_power_cut(machine);
  }
}

// Found by seed 1068 of the simulator.
TEST_CASE("what a failed sync left is written again before it counts as stored") {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Machine machine(seed);
    machine.start();
    machine.append(3);
    machine.settle();
    machine.append(1 + seed % 5, 2'000);
    machine.platter.faults().sync_errors = 10'000;
    REQUIRE(machine.loop.run_until([&] { return machine.failure.has_value(); }, 10s));
    start_again(machine);
    expect_all_after_power_cut(machine);
  }
}

TEST_CASE("whichever operation fails, the next life stores everything, its heads too") {
  for (uint64_t seed = 0; seed < 5; ++seed)
    for (uint64_t operation = 0; operation < 60; ++operation) {
      Machine machine(seed);
      machine.platter.faults().fail_operation = operation;
      machine.start();
      if (machine.segments) {
        machine.append(120);
        machine.loop.run_for(5s);
      }
      start_again(machine);
      machine.append(1);
      expect_all_after_power_cut(machine);
    }
}

// --- another log in the place of this one ---

// What a replica sends whose log begins later.
SegmentHead later_head() {
  Machine donor;
  donor.start();
  donor.append(200);
  donor.settle();
  donor.segments->remove_before(Offset(150));
  Buffer head;
  donor.segments->read_head([&](Result<Buffer> read) {
    REQUIRE(read);
    head = std::move(*read);
  });
  REQUIRE(donor.loop.run_until([&] { return !head.empty(); }, 1s));
  auto decoded = decode_head(head);
  REQUIRE(decoded);
  return *decoded;
}

TEST_CASE("a segment that a snapshot replaced does not come back beside it") {
  SegmentHead head = later_head();
  Offset begins = head.begin.offset;
  REQUIRE(begins > Offset(100));
  for (uint64_t seed = 0; seed < 10; ++seed)
    for (uint64_t operation = 0; operation < 20; ++operation) {
      Machine machine(seed);
      machine.start();
      machine.append(100);
      machine.settle();
      machine.keep_head(head);
      machine.stop();
      machine.platter.faults().fail_operation = machine.platter.counts().operations + operation;
      machine.start(begins);
      machine.stop();
      machine.platter.faults().fail_operation.reset();
      machine.platter.crash();
      machine.start(begins);
      REQUIRE(machine.segments);
      EXPECT(machine.segments->start() == begins);
      EXPECT(machine.segments->written() == begins);
    }
}

// --- a damaged segment written again ---

// Until it is mended or something fails; with each batch in a sector of its own.
void mend(Machine& machine) {
  const sim::SimDiskCounts& counts = machine.platter.counts();
  auto is_over = [&] {
    return machine.segments->mended() > 0 || counts.write_errors + counts.sync_errors > 0;
  };
  for (int i = 0; i < 10'000 && !is_over(); ++i) {
    if (auto wanted = machine.segments->wanted())
      machine.segments->mend({machine.log.at(wanted->from)});
    machine.loop.run_for(100us);
  }
  REQUIRE(is_over());
}

// How many operations it took.
uint64_t mend_and_lose_power(uint64_t seed, std::optional<uint64_t> fails) {
  Machine machine(seed);
  machine.start();
  machine.append(100);
  machine.settle();
  machine.stop();
  machine.platter.flip_bit("segments/00000000000000000000.segment", 40'000, 1);
  machine.start();
  size_t before = machine.read_all();
  REQUIRE(before < 100);
  uint64_t begun = machine.platter.counts().operations;
  if (fails) machine.platter.faults().fail_operation = begun + *fails;
  mend(machine);
  uint64_t operations = machine.platter.counts().operations - begun;
  machine.stop();
  machine.platter.faults().fail_operation.reset();
  machine.platter.crash();
  machine.start();
  REQUIRE_MESSAGE(machine.segments, machine.error->detail);
  size_t after = machine.read_all();
  EXPECT((after == before || after == 100));
  return operations;
}

TEST_CASE("whenever a mended segment takes its name, a start finds the old file or the new one") {
  uint64_t operations = mend_and_lose_power(0, std::nullopt);
  for (uint64_t seed = 0; seed < 30; ++seed)
    for (uint64_t back = 0; back < 8; ++back) mend_and_lose_power(seed, operations - back);
}

}  // namespace
}  // namespace usher::log

// Damage that a start meets: to a sealed segment whose index, which would have let the start pass
// it by, is gone too.
#include "broker/log/segments.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

std::string path_of(const std::string& name) { return "segments/" + name; }

// 200 batches in several segments, and something that happens to one of them while it is stopped.
struct Mended : Machine {
  explicit Mended(size_t segment) {
    start();
    append(200);
    settle();
    summary = segments->sealed()[segment];
    name = path_of(segment_name(summary.base));
    stop();
  }
  void mend() {
    for (int i = 0; i < 10'000 && segments->mended() == 0; ++i) {
      if (auto wanted = segments->wanted()) segments->mend({log.at(wanted->from)});
      loop.run_for(100us);
    }
    REQUIRE(segments->mended() == 1);
  }
  SegmentSummary summary;
  std::string name;
};

// A bit is flipped, and the index is lost.
struct Damaged : Mended {
  Damaged(size_t segment, uint64_t byte) : Mended(segment) {
    platter.flip_bit(name, byte, 3);
    platter.lose(path_of(index_name(summary.base)));
    start();
  }
};

TEST_CASE("a damaged segment without its index is named at the start and never served") {
  for (size_t segment : {0, 1}) {
    Damaged machine(segment, 30'000);
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    REQUIRE(machine.segments->damaged().contains(machine.summary.base));
    const Error& damage = machine.segments->damaged().at(machine.summary.base);
    EXPECT(damage.code == ErrorCode::SEGMENT_CORRUPT);
    EXPECT(damage.detail.find(machine.name + " at byte ") != std::string::npos);
    auto read = machine.read({.from = machine.summary.base, .limit = Offset(200)});
    REQUIRE(!read);
    EXPECT(read.error().code == ErrorCode::SEGMENT_CORRUPT);
    EXPECT(machine.read_all(machine.summary.end) == 200 - machine.summary.end.value());
    machine.append(10);
    machine.settle();
    EXPECT(machine.segments->written() == Offset(210));
  }
}

TEST_CASE("a damaged segment without its index is written again, and is what it was") {
  for (size_t segment : {0, 1}) {
    Damaged machine(segment, 30'000);
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    machine.mend();
    EXPECT(machine.read_all() == 200);
    const SegmentSummary& mended = machine.segments->sealed()[segment];
    EXPECT(mended.after == machine.summary.after);
    EXPECT(mended.topics == machine.summary.topics);
    machine.stop();
    machine.platter.crash();
    machine.start();
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    EXPECT(machine.read_all() == 200);
  }
}

TEST_CASE("a sealed segment that is lost or cut off is named, never skipped, and written again") {
  for (size_t segment : {0, 1})
    for (uint64_t left : {0, 512, 4096, 20480}) {
      Mended machine(segment);
      if (left == 0)
        machine.platter.lose(machine.name);
      else
        machine.platter.truncate(machine.name, left);
      machine.start();
      REQUIRE_MESSAGE(machine.segments, machine.error->detail);
      EXPECT(machine.segments->start() == Offset(0));
      REQUIRE(machine.segments->damaged().contains(machine.summary.base));
      auto read = machine.read({.from = machine.summary.base, .limit = Offset(200)});
      EXPECT((read || read.error().code == ErrorCode::SEGMENT_CORRUPT));
      machine.mend();
      EXPECT(machine.read_all() == 200);
      machine.stop();
      machine.platter.crash();
      machine.start();
      REQUIRE_MESSAGE(machine.segments, machine.error->detail);
      EXPECT(machine.read_all() == 200);
    }
}

TEST_CASE("what retention took is not taken for lost, wherever it was cut short") {
  for (uint64_t seed = 1; seed <= 120; ++seed) {
    Machine machine(seed);
    machine.start();
    machine.append(200);
    machine.settle();
    Offset from = machine.segments->sealed()[2].base;
    machine.segments->remove_before(from);
    machine.loop.run_for(Random(seed).between(1us, 3ms));
    machine.stop();
    machine.platter.crash();
    machine.start();
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    EXPECT(machine.segments->damaged().empty());
    EXPECT(machine.segments->start() <= from);
    Offset start = machine.segments->start();
    EXPECT(machine.read_all(start) == 200 - start.value());
  }
}

// Found by seed 1060 of the simulator.
TEST_CASE("where a segment cannot be removed, no younger one goes before it") {
  for (uint64_t operation = 0; operation < 12; ++operation) {
    Machine machine;
    machine.start();
    machine.append(200);
    machine.settle();
    Offset first = machine.segments->sealed()[1].base;
    Offset second = machine.segments->sealed()[2].base;
    machine.platter.faults().fail_operation = machine.platter.counts().operations + operation;
    machine.segments->remove_before(first);
    machine.loop.run_for(20ms);
    machine.segments->remove_before(second);
    machine.loop.run_for(20ms);
    machine.stop();
    machine.platter.faults().fail_operation.reset();
    machine.platter.crash();
    machine.start();
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    EXPECT(machine.segments->damaged().empty());
    EXPECT(machine.segments->start() <= second);
  }
}

TEST_CASE("where the head is damaged, with the index gone, the segment is named") {
  for (size_t segment : {0, 1}) {
    Damaged machine(segment, 50);
    REQUIRE_MESSAGE(machine.segments, machine.error->detail);
    EXPECT(machine.segments->damaged().contains(machine.summary.base));
    EXPECT(!machine.read({.from = machine.summary.base, .limit = Offset(200)}));
    EXPECT(machine.read_all(machine.summary.end) == 200 - machine.summary.end.value());
  }
}

TEST_CASE("until it is written again retention knows what may stand in it") {
  Damaged machine(1, 5'000);
  REQUIRE_MESSAGE(machine.segments, machine.error->detail);
  const SegmentSummary& known = machine.segments->sealed()[1];
  EXPECT(known.topics.contains(kEven));
  EXPECT(known.topics.contains(kOdd));
  EXPECT(known.last_time == machine.summary.last_time);
}

TEST_CASE("of two damaged neighbours without an index the start names the first and stops") {
  Damaged machine(1, 30'000);
  REQUIRE_MESSAGE(machine.segments, machine.error->detail);
  Offset next = machine.segments->sealed()[2].base;
  machine.stop();
  machine.platter.flip_bit(path_of(segment_name(next)), 50, 3);
  machine.start();
  REQUIRE(machine.error);
  EXPECT(machine.error->code == ErrorCode::SEGMENT_CORRUPT);
  EXPECT(machine.error->detail.find(machine.name + " at byte ") != std::string::npos);
}

}  // namespace
}  // namespace usher::log

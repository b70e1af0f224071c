#include "broker/log/segments.h"

#include <algorithm>

#include "broker/log/segment_walk.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

TEST_CASE("what was appended is read back, from any offset, across segments") {
  Machine machine;
  machine.start();
  machine.append(300);
  machine.settle();
  EXPECT(machine.segments->sealed().size() >= 4);
  EXPECT(machine.read_all() == 300);
  for (uint64_t from : {1, 63, 64, 65, 150, 299})
    EXPECT(machine.read_all(Offset(from)) == 300 - from);
}

TEST_CASE("a read ends at its limit, and one batch comes however large it is") {
  Machine machine;
  machine.start();
  machine.append(5, 20 * limits::kKiB);
  machine.settle();
  auto one = machine.read({.from = Offset(1), .limit = Offset(5), .bytes_max = 1});
  REQUIRE(one);
  EXPECT(one->size() == 1);
  auto three = machine.read({.from = Offset(1), .limit = Offset(4)});
  REQUIRE(three);
  EXPECT(three->size() <= 3);
  EXPECT(three->back().header().end_offset() <= Offset(4));
}

TEST_CASE("a batch over the read's size is read all the same") {
  Machine machine(5, 16 * limits::kMiB);
  machine.start();
  for (int i = 0; i < 3; ++i) machine.append(1, limits::kRecordBytes - 100);
  machine.settle();
  auto read = machine.read({.from = Offset(1), .limit = Offset(3), .bytes_max = 1});
  REQUIRE(read);
  EXPECT(same(read->front(), machine.log.at(Offset(1))));
}

TEST_CASE("only what the journal has synced is written") {
  Machine machine;
  machine.start();
  wire::Batch batch = machine.log.next();
  machine.segments->append(batch, [] { return Buffer(); });
  machine.loop.run_for(10s);
  EXPECT(machine.segments->written() == Offset(0));
  machine.segments->release(Offset(1));
  machine.settle();
  EXPECT(machine.segments->written() == Offset(1));
}

TEST_CASE(
    "what stands where something synced was cut off is not written before it is synced itself") {
  Machine machine;
  machine.start();
  machine.segments->release(Offset(1));  // of a batch that was never committed
  machine.segments->release(Offset(0));  // and is cut off
  wire::Batch instead = machine.log.next();
  machine.segments->append(instead, [] { return Buffer(); });
  machine.loop.run_for(10s);
  EXPECT(machine.segments->written() == Offset(0));
  machine.segments->release(Offset(1));
  machine.settle();
  EXPECT(machine.segments->written() == Offset(1));
}

TEST_CASE("a start is told the last segment's snapshot and the batches behind it, and goes on") {
  Machine machine;
  machine.start();
  machine.append(100);
  machine.settle();
  Offset base = machine.segments->sealed().back().end;
  machine.stop();
  machine.start();
  REQUIRE(machine.segments);
  EXPECT(machine.restored->snapshot_said == "at " + std::to_string(base.value()));
  EXPECT(machine.restored->batches.size() == 100 - base.value());
  EXPECT(machine.segments->written() == Offset(100));
  machine.append(100);
  machine.settle();
  EXPECT(machine.read_all() == 200);
}

TEST_CASE("whenever the power fails, what was stored is there, in order, and the log goes on") {
  size_t torn = 0;
  size_t above = 0;
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    Machine machine(seed);
    Random random(seed);
    machine.start();
    for (int life = 0; life < 4; ++life) {
      REQUIRE(machine.segments);
      for (int i = 0; i < 10; ++i) {
        machine.append(random.below(20), random.below(3000));
        machine.loop.run_for(random.between(0ms, 40ms));
      }
      Offset stored = machine.stored;
      machine.stop();
      if (random.chance(2, 3)) machine.platter.crash();
      machine.start();
      REQUIRE(machine.segments);
      EXPECT(machine.segments->written() >= stored);
      above += machine.segments->written() > stored;
      torn += machine.segments->written().value() < machine.log.all().size();
      EXPECT(machine.read_all() == machine.segments->written().value());
      // The journal has what the segments lost.
      for (uint64_t at = machine.segments->written().value(); at < machine.log.all().size(); ++at)
        machine.append_this(machine.log.at(Offset(at)));
    }
    machine.settle();
    EXPECT(machine.read_all() == machine.log.all().size());
  }
  EXPECT(torn > 50);
  EXPECT(above > 0);
}

TEST_CASE("every operation may fail: nothing that was stored is lost") {
  for (uint64_t operation = 0; operation < 60; ++operation) {
    Machine machine(operation);
    machine.platter.faults().fail_operation = operation;
    machine.start();
    if (machine.segments) {
      machine.append(120);
      machine.loop.run_for(5s);
    }
    machine.stop();
    machine.platter.faults().fail_operation.reset();
    machine.platter.crash();
    machine.failure.reset();
    machine.start();
    REQUIRE(machine.segments);
    EXPECT(machine.segments->written() >= machine.stored);
    EXPECT(machine.read_all() == machine.segments->written().value());
  }
}

TEST_CASE("a full disk holds the writing up until it has room") {
  Machine machine;
  machine.platter.faults().capacity_bytes = 100 * limits::kKiB;
  machine.start();
  machine.append(300);
  machine.loop.run_for(5s);
  EXPECT(machine.segments->written() < Offset(300));
  EXPECT(!machine.failure.has_value());
  machine.platter.faults().capacity_bytes.reset();
  machine.settle();
  EXPECT(machine.read_all() == 300);
}

// Found by seed 24146 of the simulated clusters: retention of the segment without a batch took the
// file of the next one, which had its name.
TEST_CASE(
    "behind another replica's head a batch that is larger than a segment begins no second one") {
  Machine machine;
  SegmentHead head{.key = kKey, .begin = {}, .snapshot = snapshot_at(Offset(10))};
  for (int i = 0; i < 10; ++i) head.begin.pass(machine.log.next().header());
  machine.start();
  machine.keep_head(head);
  machine.stop();
  machine.start(Offset(10));
  REQUIRE(machine.segments);
  machine.append(3, 100'000);
  machine.settle();
  REQUIRE(machine.segments->sealed().size() == 2);
  for (const SegmentSummary& sealed : machine.segments->sealed()) EXPECT(sealed.base < sealed.end);
  machine.segments->remove_before(Offset(10));
  machine.loop.run_for(1s);
  machine.stop();
  machine.start();
  REQUIRE(machine.segments);
  EXPECT(machine.read_all(Offset(10)) == 3);
}

TEST_CASE("an index that is gone or damaged is made again") {
  for (bool lose : {true, false}) {
    Machine machine;
    machine.start();
    machine.append(200);
    machine.settle();
    std::string index = "segments/" + index_name(machine.segments->sealed()[1].base);
    machine.stop();
    if (lose)
      machine.platter.lose(index);
    else
      machine.platter.flip_bit(index, 100, 3);
    machine.start();
    REQUIRE(machine.segments);
    REQUIRE(machine.segments->remade_indexes().size() == 1);
    EXPECT(machine.segments->remade_indexes()[0].detail.starts_with(index + " at byte 0: "));
    EXPECT(machine.read_all() == 200);
  }
}

TEST_CASE("a damaged batch is never served, its place is named, its neighbours are read") {
  Machine machine;
  machine.start();
  machine.append(200);
  machine.settle();
  std::string name = "segments/" + segment_name(machine.segments->sealed()[1].base);
  machine.stop();
  machine.platter.flip_bit(name, 30'000, 3);
  machine.start();
  REQUIRE(machine.segments);
  size_t good = machine.read_all();
  EXPECT(good > machine.segments->sealed()[1].base.value());
  EXPECT(good < machine.segments->sealed()[1].end.value());
  auto read = machine.read({.from = Offset(good), .limit = Offset(200)});
  REQUIRE(!read);
  EXPECT(read.error().code == ErrorCode::SEGMENT_CORRUPT);
  EXPECT(read.error().detail.find(name + " at byte ") != std::string::npos);
  Offset next = machine.segments->sealed()[1].end;
  EXPECT(machine.read_all(next) == 200 - next.value());
}

TEST_CASE("damage to what was stored in the last segment stops the start, and names the byte") {
  Machine machine;
  machine.start();
  machine.append(40);
  machine.settle();
  machine.stop();
  machine.platter.flip_bit("segments/" + segment_name(Offset(0)), 30'000, 3);
  machine.start();
  REQUIRE(machine.error);
  EXPECT(machine.error->code == ErrorCode::SEGMENT_CORRUPT);
}

// Of some batches each of which was written, with zeros behind it, before the next one came.
std::vector<uint64_t> positions_in(Machine& machine, Offset base) {
  std::vector<uint64_t> positions;
  auto walk = walk_segment(
      kKey, base, machine.platter.read("segments/" + segment_name(base)), [](const SegmentHead&) {},
      [&](const wire::Batch&, uint64_t position) { positions.push_back(position); });
  REQUIRE(walk);
  return positions;
}

TEST_CASE("damage before a batch where readers begin is noted by whoever reads up to it") {
  Machine machine(5, 256 * limits::kKiB);
  machine.start();
  for (int i = 0; i < 20; ++i) {
    machine.append(1, 21 * limits::kKiB);
    machine.settle();
  }
  REQUIRE(machine.segments->sealed().size() == 1);
  std::vector<uint64_t> positions = positions_in(machine, Offset(0));
  machine.stop();
  // Behind it stands the first batch that is 64 KiB away from the one before in the index.
  auto entry = std::ranges::find_if(
      positions, [&](uint64_t at) { return at >= positions[0] + limits::kIndexEveryBytes; });
  machine.platter.flip_bit("segments/" + segment_name(Offset(0)), *entry - 1, 3);
  machine.start();
  EXPECT(machine.read_all() == 20);
  EXPECT(machine.segments->damaged().contains(Offset(0)));
}

TEST_CASE("the byte that is named is that of the damaged batch, not of the zeros before it") {
  Machine machine;
  machine.start();
  for (int i = 0; i < 3; ++i) {
    machine.append(1);
    machine.settle();
  }
  uint64_t last = positions_in(machine, Offset(0)).back();
  machine.stop();
  machine.platter.flip_bit("segments/" + segment_name(Offset(0)), last + 20, 3);
  machine.start();
  REQUIRE(machine.error);
  EXPECT(machine.error->detail.find(" at byte " + std::to_string(last) + ":") != std::string::npos);
}

TEST_CASE("the first offset of a time is found, in sealed segments, in the open one, at the end") {
  Machine machine;
  machine.start();
  machine.append(300);
  machine.settle();
  for (int64_t at : {0, 1, 64, 150, 299}) EXPECT(machine.offset_at(at) == Offset(uint64_t(at)));
  EXPECT(machine.offset_at(-5) == Offset(0));
  EXPECT(machine.offset_at(300) == Offset(300));
}

// Thousands may come at once, after a start, to what none of them finds open.
TEST_CASE("however many readers come to old segments at once, few files are open") {
  Machine machine;
  machine.start();
  machine.append(1500);
  machine.settle();
  size_t sealed = machine.segments->sealed().size();
  REQUIRE(sealed >= 20);
  size_t before = machine.disk->open_files();
  size_t answers = 0;
  for (int round = 0; round < 20; ++round)
    for (const SegmentSummary& segment : machine.segments->sealed())
      machine.segments->read({.from = segment.base, .limit = segment.end}, [&](auto batches) {
        answers += batches.has_value() && same(batches->front(), machine.log.at(segment.base));
      });
  size_t most = 0;
  auto all = [&] {
    most = std::max(most, machine.disk->open_files());
    return answers == 20 * sealed;
  };
  REQUIRE(machine.loop.run_until(all, 10s));
  // Each of those that are opened at once has an index too; those who are reading hold what others
  // took the place of meanwhile.
  EXPECT(most <= before + limits::kSegmentsOpen + 3 * limits::kSegmentLoads);
}

TEST_CASE("who waits for a segment that is removed is told the first offset") {
  Machine machine;
  machine.start();
  machine.append(1500);
  machine.settle();
  std::vector<ErrorCode> refused;
  Offset start = machine.segments->sealed().back().base;
  for (const SegmentSummary& segment : machine.segments->sealed())
    machine.segments->read({.from = segment.base, .limit = segment.end}, [&](auto batches) {
      if (!batches) refused.push_back(batches.error().code);
    });
  machine.segments->remove_before(start);
  machine.loop.run_for(1s);
  EXPECT(refused.size() >= 10);
  for (ErrorCode code : refused) EXPECT(code == ErrorCode::OFFSET_GONE);
}

TEST_CASE("removed segments are gone, readers below the start are told the first offset") {
  Machine machine;
  machine.start();
  machine.append(300);
  machine.settle();
  Offset start = machine.segments->sealed()[2].base;
  machine.segments->remove_before(start + 3);
  EXPECT(machine.segments->start() == start);
  auto read = machine.read({.from = Offset(0), .limit = Offset(300)});
  REQUIRE(!read);
  EXPECT(read.error().code == ErrorCode::OFFSET_GONE);
  EXPECT(read.error().detail.find(std::to_string(start.value())) != std::string::npos);
  machine.loop.run_for(1s);
  machine.stop();
  machine.platter.crash();
  machine.start();
  REQUIRE(machine.segments);
  EXPECT(machine.segments->start() == start);
  EXPECT(machine.read_all(start) == 300 - start.value());
}

}  // namespace
}  // namespace usher::log

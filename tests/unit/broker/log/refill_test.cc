#include "broker/log/refill.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

std::string path_of(Offset base) { return "segments/" + segment_name(base); }

// Some sealed segments and an open one, whose base is the answer; all is stored.
Offset fill(Machine& machine) {
  machine.start();
  machine.append(200);
  machine.settle();
  REQUIRE(machine.segments->sealed().size() >= 3);
  Offset last = machine.segments->sealed().back().end;
  machine.stop();
  return last;
}

// At most ten, behind one of another log: it is refused, but where nothing at all is known.
void give(const Machine& machine, Refill& refill, const Read& wanted) {
  std::vector<wire::Batch> batches;
  for (uint64_t at = wanted.from.value(); at < wanted.limit.value() && batches.size() < 10; ++at)
    batches.push_back(machine.log.at(Offset(at)));
  Batches other;
  while (other.all().size() <= wanted.from.value()) other.next(7);
  if (wanted.from > Offset(0)) refill.take({other.at(wanted.from)});
  refill.take(batches);
}

// It fails to open, is refilled with the log as another replica has it, and opens.
bool refills(Machine& machine) {
  machine.start();
  if (!machine.error || machine.error->code != ErrorCode::SEGMENT_CORRUPT) return false;
  std::optional<Result<void>> ended;
  auto refill =
      std::make_shared<Refill>(*machine.disk, machine.options(), machine.stored,
                               machine.begin_fold(), [&](Result<void> result) { ended = result; });
  refill->start();
  machine.loop.run_until(
      [&] {
        if (auto wanted = refill->wanted()) give(machine, *refill, *wanted);
        return ended.has_value();
      },
      10s);
  if (!ended || !*ended) return false;
  refill.reset();
  machine.stop();
  machine.start();
  return machine.segments != nullptr;
}

TEST_CASE("an open segment that is damaged is written anew from its whole beginning") {
  Machine machine;
  machine.platter.flip_bit(path_of(fill(machine)), 20'000, 3);
  REQUIRE(refills(machine));
  EXPECT(machine.segments->stored() == Offset(200));
  EXPECT(machine.read_all() == 200);
  machine.append(100);
  machine.settle();
  EXPECT(machine.read_all() == 300);
}

TEST_CASE("where the open segment's head is damaged the one before goes on in its place") {
  Machine machine;
  Offset last = fill(machine);
  machine.platter.flip_bit(path_of(last), 30, 3);
  REQUIRE(refills(machine));
  EXPECT(machine.segments->sealed().back().end < last);
  EXPECT(machine.read_all() == 200);
}

TEST_CASE("a log whose only segment has lost its head, or is gone, is written anew from nothing") {
  for (bool lose : {true, false}) {
    Machine machine;
    machine.start();
    machine.append(20);
    machine.settle();
    machine.stop();
    if (lose)
      machine.platter.lose(path_of(Offset(0)));
    else
      machine.platter.flip_bit(path_of(Offset(0)), 30, 3);
    REQUIRE(refills(machine));
    EXPECT(machine.restored->snapshot_said == "at 0");
    EXPECT(machine.read_all() == 20);
  }
}

TEST_CASE("what keeps a log from opening elsewhere is not refilled, and is named") {
  Machine machine;
  fill(machine);
  machine.start();
  std::optional<Result<void>> ended;
  auto refill =
      std::make_shared<Refill>(*machine.disk, machine.options(), machine.stored,
                               machine.begin_fold(), [&](Result<void> result) { ended = result; });
  refill->start();
  REQUIRE(machine.loop.run_until([&] { return ended.has_value(); }, 10s));
  EXPECT(ended->error().code == ErrorCode::SEGMENT_CORRUPT);
}

}  // namespace
}  // namespace usher::log

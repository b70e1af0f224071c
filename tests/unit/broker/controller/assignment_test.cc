#include "broker/controller/assignment.h"

#include <algorithm>

#include "broker/controller/membership.h"

#include "tests/doctest.h"

namespace usher::controller {
namespace {

constexpr MemberId kNobody{0};
constexpr MemberId kA{1};
constexpr MemberId kB{2};
constexpr MemberId kC{3};

Candidate member(MemberId id, std::vector<uint32_t> holds = {}) {
  Candidate made{.member = id, .tasks_max = 0, .applied = {}, .holds = {}};
  for (uint32_t held : holds) made.holds.insert(PartitionId(held));
  return made;
}

std::vector<MemberId> nobody(size_t partitions) { return std::vector(partitions, kNobody); }

TEST_CASE("tasks without an owner are shared evenly") {
  auto plan = assign({.proposed = nobody(5), .candidates = {member(kA), member(kB)}});
  EXPECT(std::ranges::count(plan.owners, kNobody) == 0);
  EXPECT(std::ranges::count(plan.owners, kA) >= 2);
  EXPECT(std::ranges::count(plan.owners, kB) >= 2);
}

TEST_CASE("owners that live keep their tasks when another dies") {
  auto plan = assign({.proposed = {kA, kB, kNobody, kB}, .candidates = {member(kA), member(kB)}});
  EXPECT(plan.owners == std::vector{kA, kB, kA, kB});
}

TEST_CASE("a task without an owner goes to whoever's state reaches furthest") {
  Candidate cold = member(kA);
  Candidate warm = member(kB);
  warm.applied[PartitionId(1)] = Offset(100);
  auto plan = assign({.proposed = nobody(2), .candidates = {cold, warm}});
  EXPECT(plan.owners == std::vector{kA, kB});
}

TEST_CASE("a plan that was made of other proposals than those that stand changes nothing") {
  App app;
  app.tasks = {{.owner = kNobody, .epoch = {}}, {.owner = kNobody, .epoch = {}}};
  auto first = assign({.proposed = nobody(2), .candidates = {member(kA), member(kB)}});
  auto late = assign({.proposed = nobody(2), .candidates = {member(kB), member(kC)}});
  EXPECT(propose(app, first).size() == 2);
  app.tasks = {{.owner = kA, .epoch = Epoch(1)}, {.owner = kB, .epoch = Epoch(1)}};
  EXPECT(propose(app, late).empty());
}

TEST_CASE(
    "a task is not taken from whom it was proposed to because another still says it runs it") {
  auto plan = assign({.proposed = {kB, kA}, .candidates = {member(kA, {0, 1}), member(kB, {0})}});
  EXPECT(plan.owners == std::vector{kB, kA});
}

TEST_CASE("a task that moves is first taken, then, once it is let go, proposed to another") {
  AssignmentInput input{.proposed = {kA, kA, kA, kA},
                        .candidates = {member(kA, {0, 1, 2, 3}), member(kB)}};
  auto taken = assign(input);
  EXPECT(std::ranges::count(taken.owners, kNobody) == 2);
  EXPECT(std::ranges::count(taken.owners, kA) == 2);
  input.proposed = taken.owners;
  input.candidates[0].holds = {PartitionId(2), PartitionId(3)};
  for (uint32_t i = 0; i < 4; ++i)
    if (taken.owners[i] == kA) input.candidates[0].holds.insert(PartitionId(i));
  input.candidates[0].holds.clear();
  for (uint32_t i = 0; i < 4; ++i)
    if (taken.owners[i] == kA) input.candidates[0].holds.insert(PartitionId(i));
  auto given = assign(input);
  EXPECT(std::ranges::count(given.owners, kB) == 2);
  for (size_t i = 0; i < 4; ++i)
    if (taken.owners[i] == kA) EXPECT(given.owners[i] == kA);
}

TEST_CASE("nobody takes more than it said it would") {
  Candidate small = member(kA);
  small.tasks_max = 1;
  auto plan = assign({.proposed = nobody(4), .candidates = {small, member(kB)}});
  EXPECT(std::ranges::count(plan.owners, kA) == 1);
  EXPECT(std::ranges::count(plan.owners, kB) == 3);
}

TEST_CASE("every task has a standby that is not its owner, when there are two members") {
  auto plan = assign({.proposed = nobody(6), .candidates = {member(kA), member(kB), member(kC)}});
  for (size_t i = 0; i < 6; ++i) {
    EXPECT(plan.standbys[i] != kNobody);
    EXPECT(plan.standbys[i] != plan.owners[i]);
  }
  EXPECT(assign({.proposed = nobody(1), .candidates = {member(kA)}}).standbys[0] == kNobody);
}

TEST_CASE("without members nobody is proposed") {
  EXPECT(assign({.proposed = {kA, kB}, .candidates = {}}).owners == nobody(2));
}

}  // namespace
}  // namespace usher::controller

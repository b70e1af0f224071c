#include "broker/log/tail.h"

#include "tests/unit/broker/log/batches.h"

namespace usher::log {
namespace {

void fill(Tail& tail, Batches& log, size_t count) {
  for (size_t i = 0; i < count; ++i) tail.append(log.next(1000));
}

TEST_CASE("a tail keeps what stands nowhere else, however little the budget is") {
  TailBudget budget(5000);
  Tail tail(Offset(0), {}, budget);
  Batches log;
  fill(tail, log, 20);
  EXPECT(tail.start() == Offset(0));
  tail.may_let_go(Offset(10));
  EXPECT(tail.start() == Offset(10));
  EXPECT(tail.end() == Offset(20));
  EXPECT(tail.find(Offset(9)) == nullptr);
  EXPECT(same(*tail.find(Offset(10)), log.at(Offset(10))));
}

TEST_CASE("what may go stays while the budget has room, and goes from the fullest tail first") {
  TailBudget budget(40'000);
  Tail large(Offset(0), {}, budget);
  Tail small(Offset(0), {}, budget);
  Batches one;
  Batches other;
  fill(large, one, 20);
  fill(small, other, 5);
  large.may_let_go(Offset(20));
  small.may_let_go(Offset(5));
  EXPECT(large.start() == Offset(0));
  fill(large, one, 10);
  EXPECT(large.start() > Offset(0));
  EXPECT(small.start() == Offset(0));
  EXPECT(budget.bytes() <= 40'000);
}

TEST_CASE("a tail that goes gives its budget back") {
  TailBudget budget(1'000'000);
  {
    Tail tail(Offset(0), {}, budget);
    Batches log;
    fill(tail, log, 20);
    EXPECT(budget.bytes() == tail.bytes());
    tail.truncate(Offset(7));
    EXPECT(budget.bytes() == tail.bytes());
    EXPECT(tail.end() == Offset(7));
  }
  EXPECT(budget.bytes() == 0);
}

}  // namespace
}  // namespace usher::log

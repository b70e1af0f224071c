#include "broker/raft/progress.h"

#include "tests/doctest.h"

namespace usher::raft {
namespace {

using State = Progress::State;
constexpr Progress::Window kWindow = {.messages_max = 3, .bytes_max = 1'000};

Offset at(uint64_t offset) { return Offset(offset); }
Progress level_with(uint64_t end) { return {Offset(end), MonotonicTime(1s)}; }

bool send(Progress& progress, uint64_t number, uint64_t end, uint64_t bytes = 100) {
  progress.ordered(OrderNumber(number));
  return progress.sent(OrderNumber(number), at(end), bytes);
}

TEST_CASE("a follower of whom nothing is known gets one message and then none before it answers") {
  Progress progress = level_with(5);
  EXPECT(progress.may_order(kWindow));
  EXPECT(send(progress, 1, 6));
  EXPECT(progress.next() == at(6));
  EXPECT(!progress.may_order(kWindow));
  EXPECT(progress.accepted(at(6)));
  EXPECT(progress.state() == State::kReplicate);
  EXPECT(progress.may_order(kWindow));
}

TEST_CASE("a follower that agrees gets messages until the window of messages or bytes is full") {
  Progress progress = level_with(0);
  progress.accepted(at(0));
  EXPECT(progress.state() == State::kReplicate);
  SUBCASE("messages") {
    for (uint64_t n = 1; n <= 3; ++n) {
      EXPECT(progress.may_order(kWindow));
      EXPECT(send(progress, n, n * 10));
    }
    EXPECT(!progress.may_order(kWindow));
    progress.accepted(at(20));
    EXPECT(progress.messages_in_flight() == 1);
    EXPECT(progress.may_order(kWindow));
  }
  SUBCASE("bytes") {
    EXPECT(send(progress, 1, 10, 400));
    EXPECT(progress.room_bytes(kWindow) == 600);
    EXPECT(send(progress, 2, 20, 900));  // a batch may be larger than what is left
    EXPECT(progress.room_bytes(kWindow) == 0);
    EXPECT(!progress.may_order(kWindow));
    progress.accepted(at(10));
    EXPECT(progress.bytes_in_flight() == 900);
    EXPECT(progress.may_order(kWindow));
  }
}

TEST_CASE("while an order is with the driver no other is given") {
  Progress progress = level_with(0);
  progress.ordered(OrderNumber(1));
  EXPECT(!progress.may_order(kWindow));
  progress.not_sent(OrderNumber(1));
  EXPECT(!progress.may_order(kWindow));  // until the follower is heard
  progress.heard(MonotonicTime(2s));
  EXPECT(progress.may_order(kWindow));
}

TEST_CASE("a rejection sets back to where both may agree, and probes from there") {
  Progress progress = level_with(0);
  progress.accepted(at(0));
  for (uint64_t n = 1; n <= 3; ++n) send(progress, n, n * 10);
  EXPECT(progress.rejected(at(10), at(4)));
  EXPECT(progress.state() == State::kProbe);
  EXPECT(progress.next() == at(4));
  EXPECT(progress.messages_in_flight() == 0);
  EXPECT(!progress.rejected(at(20), at(4)));  // the messages behind the lost one are no news
  EXPECT(send(progress, 4, 30));
  EXPECT(!progress.rejected(at(20), at(4)));
  EXPECT(progress.rejected(at(4), at(2)));  // the probe itself is
  EXPECT(progress.next() == at(2));
}

TEST_CASE("an old answer does not open the window while a probe is under way") {
  Progress progress = level_with(5);
  send(progress, 1, 10);
  progress.accepted(at(8));
  progress.rejected(at(10), at(8));
  send(progress, 2, 20);
  EXPECT(!progress.accepted(at(8)));
  EXPECT(!progress.accepted(at(7)));
  EXPECT(progress.state() == State::kProbe);
  EXPECT(progress.accepted(at(20)));
  EXPECT(progress.state() == State::kReplicate);
}

TEST_CASE("a rejection from before what was since acknowledged is no news") {
  Progress progress = level_with(0);
  send(progress, 1, 10);
  progress.accepted(at(10));
  EXPECT(!progress.rejected(at(10), at(3)));
  EXPECT(progress.next() == at(10));
  EXPECT(progress.state() == State::kReplicate);
}

TEST_CASE("an order that a rejection overtook sends nothing") {
  Progress progress = level_with(0);
  progress.accepted(at(0));
  send(progress, 1, 10);
  progress.ordered(OrderNumber(2));
  progress.rejected(at(10), at(0));
  EXPECT(!progress.sent(OrderNumber(2), at(20), 100));
  EXPECT(progress.next() == at(0));
  EXPECT(progress.may_order(kWindow));
}

TEST_CASE("a report of an order that was never given, or is over, sends nothing") {
  Progress progress = level_with(0);
  EXPECT(!progress.sent(OrderNumber(7), at(10), 100));
  progress.ordered(OrderNumber(8));
  EXPECT(!progress.sent(OrderNumber(7), at(10), 100));
  EXPECT(progress.sent(OrderNumber(8), at(10), 100));
  EXPECT(!progress.sent(OrderNumber(8), at(20), 100));
}

TEST_CASE("a follower below the log's start waits for its snapshot, then is probed behind it") {
  Progress progress = level_with(50);
  progress.rejected(at(50), at(3));
  EXPECT(progress.may_order_snapshot());
  progress.snapshot_ordered(OrderNumber(1));
  EXPECT(progress.state() == State::kBehind);
  EXPECT(!progress.may_order(kWindow));
  EXPECT(!progress.may_order_snapshot());
  EXPECT(!progress.rejected(at(50), at(3)));
  SUBCASE("it is sent") {
    EXPECT(progress.snapshot_sent(OrderNumber(1), at(40)));
    EXPECT(progress.state() == State::kProbe);
    EXPECT(progress.next() == at(40));
  }
  SUBCASE("it fails") {
    progress.not_sent(OrderNumber(1));
    EXPECT(!progress.may_order_snapshot());
    progress.heard(MonotonicTime(2s));
    EXPECT(progress.may_order_snapshot());
    EXPECT(!progress.snapshot_sent(OrderNumber(1), at(40)));
  }
}

TEST_CASE("a follower stands still if nothing has moved between two looks at what is in flight") {
  Progress progress = level_with(0);
  MonotonicTime now(1s);
  auto stands_still = [&](Duration later) {
    now = now + later;
    return progress.stands_still(now, 40ms);
  };
  EXPECT(!stands_still(0ms));  // nothing is in flight
  send(progress, 1, 10);
  EXPECT(!stands_still(90ms));
  EXPECT(stands_still(90ms));
  EXPECT(!stands_still(1ms));  // no other look
  EXPECT(!stands_still(38ms));
  EXPECT(stands_still(1ms));
  progress.accepted(at(5));
  EXPECT(!stands_still(90ms));
  EXPECT(stands_still(90ms));
  progress.accepted(at(10));
  EXPECT(!stands_still(90ms));
  EXPECT(!stands_still(90ms));
}

TEST_CASE(
    "a follower whose snapshot arrived but was reported as failed is sent what is behind it") {
  Progress progress = level_with(50);
  progress.snapshot_ordered(OrderNumber(1));
  progress.accepted(at(60));
  EXPECT(progress.state() == State::kBehind);
  progress.not_sent(OrderNumber(1));
  progress.heard(MonotonicTime(2s));
  EXPECT(progress.next() == at(60));
  EXPECT(progress.may_order(kWindow));
}

TEST_CASE("a follower is level once it has flushed all that the log held when it arrived") {
  Progress progress = level_with(20);
  EXPECT(!progress.is_level());
  progress.accepted(at(19));
  EXPECT(!progress.is_level());
  progress.accepted(at(20));
  EXPECT(progress.is_level());
}

}  // namespace
}  // namespace usher::raft

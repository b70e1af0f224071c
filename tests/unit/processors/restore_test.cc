// Restoring, and standing by: the state follows the log of somebody else.
#include "tests/unit/processors/task_fixture.h"

namespace usher::processors {
namespace {

TEST_CASE("a local state of another history is wiped and built anew") {
  TaskFixture f;
  state::Stamp stamp{};
  stamp.applied = Offset(3);
  stamp.chain = sha256(as_bytes("another"));
  REQUIRE(f.store.write(std::vector<state::Change>{{"0023old", "x"}}, stamp));
  f.make();
  f.task->own(Epoch(1));
  f.log.take_append().answer(TaskFixture::receipt(9));
  auto asks = f.log.take_fetch();
  EXPECT(asks.request.from == Offset(2));
  asks.answer(FetchAnswer{{TaskFixture::line(2, "another batch")}, Offset(3), Term(1), Offset(9)});
  EXPECT(f.store.size() == 0);
  EXPECT(f.log.take_fetch().request.from == Offset(0));
}

TEST_CASE("a level standby looks now and then, and takes over without waiting for it") {
  TaskFixture f;
  f.task->stand_by();
  f.log.take_fetch().answer(FetchAnswer{{}, Offset(2), Term(1), Offset(7)});
  f.scheduler.run();
  f.log.take_fetch().answer(TaskFixture::nothing(7));
  f.scheduler.advance(99ms);
  EXPECT(f.log.fetches.empty());
  f.scheduler.advance(1ms);
  EXPECT(f.log.fetches.size() == 1);
  f.log.take_fetch().answer(TaskFixture::nothing(8));
  f.task->own(Epoch(1));
  f.log.take_append().answer(TaskFixture::receipt(9));
  REQUIRE(f.log.fetches.size() == 1);
  f.log.take_fetch().answer(TaskFixture::nothing(10));
  EXPECT(f.task->phase() == Phase::kRunning);
  // The look that it no longer waits for does not come on top.
  f.scheduler.advance(150ms);
  EXPECT(f.log.fetches.size() == 1);
}

// Else the thread's other tasks would make no step meanwhile.
TEST_CASE("what is restored from one fetch is applied in turns, each whole in the store") {
  TestDriver app = word_count();
  for (int line = 0; line < 10; ++line) {
    std::string words;
    for (int i = 0; i < 300; ++i) words += std::to_string(line * 300 + i) + " ";
    app.send("lines", "book", words);
  }
  const std::vector<wire::Batch>& batches = app.log().batches();
  Offset end = batches.back().header().end_offset();
  TaskFixture f;
  f.task->stand_by();
  f.log.take_fetch().answer(FetchAnswer{batches, end, Term(1), end});
  Offset first = f.store.stamp().applied;
  EXPECT(first > Offset(0));
  EXPECT(first < end);
  EXPECT(f.store.size() > 300);
  EXPECT(f.task->restored().next == first);
  f.scheduler.run();
  EXPECT(f.store.stamp().digest == app.task().stamp().digest);
}

TEST_CASE("a standby keeps up with the owner, and takes over from where it is") {
  TestDriver app = word_count();
  state::MemoryStore store;
  Task standby(app.scheduler(), app.log(), store, *examples::word_count(),
               {.app = AppId(1), .member = MemberId(2)},
               Log(std::make_shared<MemoryLogSink>(), LogOptions(), app.scheduler().clock()));
  standby.stand_by();
  app.send("lines", "x", "a b a");
  app.advance(200ms);
  EXPECT(store.stamp() == app.task().stamp());
  EXPECT(standby.restored().steps == 2);
  EXPECT(standby.phase() == Phase::kStandby);
  standby.own(Epoch(2));
  app.send("lines", "x", "a");
  EXPECT(standby.phase() == Phase::kRunning);
  EXPECT(app.task().phase() == Phase::kClosed);
  EXPECT(app.task().failure()->code == ErrorCode::FENCED);
  EXPECT(*store.get(state::entry_key(TopicId(23), "a")) == "3");
  EXPECT(app.get("counts", "a") == "2");
}

}  // namespace
}  // namespace usher::processors

#include "proto/wire/reserved_topics.h"

#include "tests/doctest.h"
#include "tests/unit/processors/task_fixture.h"

namespace usher::processors {
namespace {

std::vector<wire::StepGuard> steps_of(const MemoryLog& log) {
  std::vector<wire::StepGuard> steps;
  for (const wire::Batch& batch : log.batches())
    if (const auto* step = std::get_if<wire::StepGuard>(&batch.header().guard()))
      steps.push_back(*step);
  return steps;
}

TEST_CASE("an owner sums its state up between two steps, and its sum is the running digest") {
  TestDriver app = word_count();
  std::string lines;
  for (int i = 0; i < 2'000; ++i) lines += std::to_string(i) + " ";
  app.send("lines", "book", lines);
  std::optional<StateSum> sum;
  app.task().prove_state([&](Result<StateSum> answer) { sum = *answer; });
  bool refused = false;
  app.task().prove_state([&](Result<StateSum> answer) {
    refused = !answer && answer.error().code == ErrorCode::QUEUE_FULL;
  });
  EXPECT(refused);
  EXPECT(!sum);
  app.send("lines", "book", "one more");
  REQUIRE(sum);
  EXPECT(sum->entries == 2'000);
  EXPECT(sum->digest == sum->stamp.digest);
  EXPECT(sum->stamp.applied < app.task().stamp().applied);
}

TEST_CASE("who asks for a sum while the task is given up is told so") {
  TestDriver app = word_count();
  app.send("lines", "book", "a");
  std::optional<ErrorCode> code;
  app.task().prove_state([&](Result<StateSum> answer) { code = answer.error().code; });
  app.fail_over(TestDriver::Disk::kKept);
  EXPECT(code == ErrorCode::NOT_OWNER);
}

TEST_CASE("a task goes its way: claim, restore, run, close; each step of it allowed by the table") {
  EXPECT(may_follow(Phase::kNew, Phase::kClaiming));
  EXPECT(may_follow(Phase::kStandby, Phase::kClaiming));
  EXPECT(!may_follow(Phase::kNew, Phase::kRunning));
  EXPECT(!may_follow(Phase::kClaiming, Phase::kRunning));
  EXPECT(!may_follow(Phase::kClosed, Phase::kClaiming));
  EXPECT(!may_follow(Phase::kStopped, Phase::kClosed));
  EXPECT(may_follow(Phase::kRunning, Phase::kRecovering));
  EXPECT(!may_follow(Phase::kStandby, Phase::kRecovering));
}

TEST_CASE("an owner says that it is ready before its first input, and released at an orderly end") {
  TestDriver app = word_count();
  EXPECT(steps_of(app.log()).empty());
  app.send("lines", "b", "one");
  app.send("lines", "b", "two");
  app.task().close();
  app.advance(1ms);
  EXPECT(app.task().phase() == Phase::kClosed);
  auto steps = steps_of(app.log());
  REQUIRE(steps.size() == 4);
  EXPECT(steps[0].mark == wire::StepMark::kReady);
  EXPECT(steps[0].from == steps[0].to);
  EXPECT(steps[3].mark == wire::StepMark::kReleased);
  EXPECT(app.task().stamp().unreleased == 0);
}

TEST_CASE("who began and did not end is counted until the position moves") {
  state::Stamp stamp;
  wire::StepGuard ready{};
  ready.mark = wire::StepMark::kReady;
  wire::StepGuard released = ready;
  released.mark = wire::StepMark::kReleased;
  wire::StepGuard moves{};
  moves.to = Offset(5);
  stamp = stamp_after(stamp, ready, Offset(1), {});
  stamp = stamp_after(stamp, ready, Offset(2), {});
  EXPECT(stamp.unreleased == 2);
  stamp = stamp_after(stamp, released, Offset(3), {});
  EXPECT(stamp.unreleased == 1);
  stamp = stamp_after(stamp, moves, Offset(6), {});
  EXPECT(stamp.unreleased == 0);
  EXPECT(stamp.position == Offset(5));
  EXPECT(stamp.applied == Offset(6));
}

TEST_CASE("where owners died a few times one record is taken a step; at the fifth none begins") {
  for (uint32_t died : {0u, 3u, 5u}) {
    TaskFixture f;
    state::Stamp stamp{};
    stamp.unreleased = died;
    REQUIRE(f.store.write({}, stamp));
    f.task->own(Epoch(1));
    f.log.take_append().answer(TaskFixture::receipt(9));
    f.log.take_fetch().answer(TaskFixture::nothing(10));
    if (died == 5) {
      EXPECT(f.task->phase() == Phase::kStopped);
      EXPECT(f.task->failure()->code == ErrorCode::POISONED);
      continue;
    }
    std::vector<wire::Batch> lines = {TaskFixture::line(2, "one"), TaskFixture::line(3, "two")};
    f.log.take_fetch().answer(FetchAnswer{
        .batches = lines, .scanned = Offset(10), .scanned_term = Term(1), .commit = Offset(10)});
    f.scheduler.run();
    f.log.take_append().answer(TaskFixture::receipt(10));  // ready
    f.scheduler.run();
    EXPECT(f.log.take_append().step().to == (died == 3 ? Offset(3) : Offset(10)));
  }
}

TEST_CASE("nothing of a step is in the store, or told, before it is committed") {
  TaskFixture f;
  f.run();
  f.feed(1, "word");
  f.log.take_append().answer(TaskFixture::receipt(2));
  f.scheduler.run();
  auto step = f.log.take_append();
  EXPECT(step.step().from == Offset(0));
  EXPECT(step.step().to == Offset(2));
  EXPECT(step.step().witness == Offset(1));
  EXPECT(f.store.size() == 0);
  std::vector<std::string> told;
  Query query{.store = TopicId(23), .key = "word"};
  query.is_enough = [](const auto& value) { return value.has_value(); };
  query.wait_max = 1s;
  f.task->query(std::move(query), [&](Result<QueryAnswer> answer) {
    REQUIRE(answer.has_value());
    told.push_back(answer->value.value_or("none"));
  });
  f.scheduler.run();
  EXPECT(told.empty());
  step.answer(TaskFixture::receipt(3));
  f.scheduler.run();
  EXPECT(f.store.size() == 1);
  EXPECT(told == std::vector<std::string>{"1"});
}

TEST_CASE("who waits for a key costs no read index, until nothing is to be said for sure") {
  TaskFixture f;
  f.run();
  f.log.take_fetch().answer(TaskFixture::nothing(1));
  std::vector<std::string> told;
  Query query{.store = TopicId(23), .key = "word"};
  query.is_enough = [](const auto& value) { return value.has_value(); };
  query.wait_max = 3s;
  f.task->query(std::move(query), [&](Result<QueryAnswer> answer) {
    REQUIRE(answer.has_value());
    told.push_back(answer->value.value_or("none"));
  });
  f.scheduler.advance(2s);
  EXPECT(f.log.indexes.empty());
  EXPECT(told.empty());
  f.scheduler.advance(1s);
  REQUIRE(f.log.indexes.size() == 1);
  EXPECT(told.empty());
  f.log.indexes.front()(ReadIndex{.commit = Offset(1), .newest_claim = Epoch(1)});
  EXPECT(told == std::vector<std::string>{"none"});
}

TEST_CASE("steps whose receipts come together are in the store together, or not at all") {
  TaskFixture f;
  f.run();
  f.feed(1, "a");
  f.log.take_append().answer(TaskFixture::receipt(2));  // ready
  f.scheduler.run();
  auto first = f.log.take_append();
  f.feed(3, "a");
  auto second = f.log.take_append();
  first.answer(TaskFixture::receipt(4));
  second.answer(TaskFixture::receipt(5));
  EXPECT(f.task->stamp().applied == Offset(3));
  f.scheduler.run();
  EXPECT(f.task->stamp().applied == Offset(6));
  EXPECT(f.task->stamp().position == Offset(4));
  EXPECT((*f.store.get(state::entry_key(TopicId(23), "a"))) == "2");
  EXPECT(f.task->counts().steps == 3);
}

TEST_CASE("a newer claim closes the task, however it is heard of") {
  for (int way : {0, 1, 2}) {
    TaskFixture f;
    if (way == 0) {
      f.task->own(Epoch(1));
      f.log.take_append().answer(fail(ErrorCode::FENCED, ""));
    } else {
      f.run();
    }
    if (way == 1) {
      f.feed(1, "word");
      f.log.take_append().answer(fail(ErrorCode::FENCED, ""));
    }
    if (way == 2) {
      bool told = false;
      f.task->query({.store = TopicId(23), .key = "word"}, [&](const Result<QueryAnswer>& answer) {
        told = !answer && answer.error().code == ErrorCode::NOT_OWNER;
      });
      REQUIRE(f.log.indexes.size() == 1);
      f.log.indexes.front()(ReadIndex{.commit = Offset(9), .newest_claim = Epoch(2)});
      EXPECT(told);
    }
    EXPECT(f.task->phase() == Phase::kClosed);
    EXPECT(f.store.size() == 0);
  }
}

TEST_CASE(
    "after INPUT_GONE what was computed is dropped and the log read again, under the same claim") {
  TaskFixture f;
  f.run();
  f.feed(1, "wrong");
  f.log.take_append().answer(TaskFixture::receipt(2));
  f.scheduler.run();
  f.log.take_append().answer(fail(ErrorCode::INPUT_GONE, ""));
  EXPECT(f.task->phase() == Phase::kRecovering);
  f.log.fetches.clear();
  f.scheduler.advance(limits::kTaskRetryMin);
  // The leader's log ends at 5, in another term; the commit is not there yet.
  auto end = [](uint64_t at) { return FetchAnswer{{}, Offset(at), Term(2), Offset(3)}; };
  auto first = f.log.take_fetch();
  EXPECT(first.request.uncommitted);
  first.answer(end(5));
  auto more = f.log.take_fetch();
  EXPECT(more.request.continues == Term(2));
  more.answer(end(5));
  EXPECT(f.task->phase() == Phase::kRecovering);
  auto follows = f.log.take_fetch();
  EXPECT(!follows.request.uncommitted);
  follows.answer(FetchAnswer{{}, Offset(5), Term(2), Offset(5)});
  EXPECT(f.task->phase() == Phase::kRunning);
  auto reads = f.log.take_fetch();
  EXPECT(reads.request.from == Offset(0));
  reads.answer(
      FetchAnswer{{TaskFixture::line(1, "right", Term(2))}, Offset(5), Term(2), Offset(5)});
  f.scheduler.run();
  auto step = f.log.take_append();
  EXPECT(step.step().number == StepNumber(1));
  EXPECT(step.step().input_term == Term(2));
  step.answer(TaskFixture::receipt(5));
  f.scheduler.run();
  EXPECT(f.store.size() == 1);
  EXPECT((*f.store.get(state::entry_key(TopicId(23), "right"))) == "1");
}

TEST_CASE("a fetch that does not continue the log recovers as well") {
  TaskFixture f;
  f.run();
  f.log.take_fetch().answer(fail(ErrorCode::INPUT_GONE, ""));
  EXPECT(f.task->phase() == Phase::kRecovering);
}

TEST_CASE("DIVERGED twice at one step without a change of leader stops the task") {
  TaskFixture f;
  f.run();
  for (int time = 0; time < 2; ++time) {
    f.feed(1, "word");
    f.log.take_append().answer(fail(ErrorCode::DIVERGED, ""));
    f.log.fetches.clear();
    f.scheduler.advance(limits::kTaskRetryMin);
    f.log.take_fetch().answer(TaskFixture::nothing(5));
    f.log.take_fetch().answer(TaskFixture::nothing(5));
    if (time == 1) break;
    REQUIRE(f.task->phase() == Phase::kRecovering);
    f.log.take_fetch().answer(TaskFixture::nothing(5));
    REQUIRE(f.task->phase() == Phase::kRunning);
  }
  EXPECT(f.task->phase() == Phase::kStopped);
  EXPECT(f.task->failure()->code == ErrorCode::DIVERGED);
}

TEST_CASE("a task without input says now and then how far it has looked") {
  TestDriver app = word_count();
  app.send("word-count-dead", "not", "an input");
  EXPECT(steps_of(app.log()).empty());
  app.advance(limits::kQuietStepInterval);
  auto steps = steps_of(app.log());
  REQUIRE(steps.size() == 1);
  EXPECT(steps[0].from == Offset(0));
  EXPECT(steps[0].to == Offset(2));
  EXPECT(app.task().stamp().position == Offset(2));
}

TEST_CASE("the record that an operator names goes to the dead letters unread") {
  TestDriver app = word_count({.skip = Offset(2)});
  app.send("lines", "b", "one");
  app.send("lines", "b", "poison");
  EXPECT(app.get("counts", "one") == "1");
  // Offsets: the claim 0, the line 1, ready 2, its step 3 to 6.
  TestDriver other = word_count({.skip = Offset(1)});
  other.send("lines", "b", "poison");
  other.send("lines", "b", "good");
  auto dead = other.take("word-count-dead");
  REQUIRE(dead.size() == 1);
  EXPECT(dead[0].value == "poison");
  EXPECT(dead[0].headers["usher-reason"] == "POISONED");
  EXPECT(other.entries("counts") == std::map<std::string, std::string>{{"good", "1"}});
}

TEST_CASE("'not there' is said only when all is consumed up to the commit as it was") {
  TestDriver app = word_count();
  app.send("lines", "b", "one");
  std::string told;
  app.task().query({.store = TopicId(23), .key = "none"}, [&](Result<QueryAnswer> answer) {
    REQUIRE(answer.has_value());
    EXPECT(answer->holds_for == app.log().end());
    told = answer->value.value_or("not there");
  });
  app.advance(20ms);
  EXPECT(told == "not there");
}

TEST_CASE("a caller waits for a key until it is there, or its time is up") {
  TestDriver app = word_count();
  std::vector<std::string> told;
  auto ask = [&](std::string key, std::string until) {
    Query query{.store = TopicId(23), .key = std::move(key)};
    query.is_enough = [until](const auto& value) { return value == until; };
    query.wait_max = 5s;
    app.task().query(std::move(query), [&](Result<QueryAnswer> answer) {
      REQUIRE(answer.has_value());
      told.push_back(answer->value.value_or("not there"));
    });
  };
  ask("a", "2");
  ask("b", "1");
  app.send("lines", "x", "a");
  EXPECT(told.empty());
  app.send("lines", "x", "a");
  EXPECT(told == std::vector<std::string>{"2"});
  ask("a", "9");
  app.advance(4s);
  EXPECT(told.size() == 1);
  app.advance(2s);
  EXPECT(told == std::vector<std::string>{"2", "not there", "2"});
}

TEST_CASE("a range is read from the committed state, and says what it holds for") {
  TestDriver app = word_count();
  app.send("lines", "x", "c a b");
  std::string found;
  auto holds = app.task().range(TopicId(23), "a", "c", [&](auto key, auto value) {
    found += std::string(key) + "=" + std::string(value) + " ";
    return true;
  });
  REQUIRE(holds.has_value());
  EXPECT(found == "a=1 b=1 ");
  EXPECT(*holds > Offset(1));
  app.task().close();
  auto all = [](auto, auto) { return true; };
  EXPECT(app.task().range(TopicId(23), "", "", all).error().code == ErrorCode::NOT_OWNER);
}

TEST_CASE("whoever waits when the task is given up is told so") {
  TestDriver app = word_count();
  ErrorCode told{};
  Query query{.store = TopicId(23), .key = "a"};
  query.is_enough = [](const auto&) { return false; };
  query.wait_max = 5s;
  app.task().query(std::move(query),
                   [&](const Result<QueryAnswer>& answer) { told = answer.error().code; });
  app.advance(1s);
  app.task().close();
  app.advance(1s);
  EXPECT(told == ErrorCode::NOT_OWNER);
}

}  // namespace
}  // namespace usher::processors

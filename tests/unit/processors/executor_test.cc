#include "processors/executor.h"

#include <stdexcept>

#include "processors/dead_letter.h"
#include "processors/state/memory_store.h"

#include "tests/doctest.h"
#include "tests/unit/processors/log_of_inputs.h"

namespace usher::processors {
namespace {

constexpr TopicId kOut{21};
constexpr TopicId kDead{24};

// Does what its input says.
class Obedient final : public Processor {
 public:
  void init(Context& context) override { kept_.emplace(context.store("kept")); }

  Result<void> process(const Message& message, Context& context) override {
    std::string_view order = *message.value;
    std::string key(message.key.value_or(""));
    kept_->put(key, order);
    context.forward({.key = key, .value = order});
    if (order == "fail") return fail(ErrorCode::INVALID_ARGUMENT, "as it was told");
    if (order == "throw") throw_something();
    if (order == "much")
      for (int i = 0; i < 5; ++i) context.forward({.value = std::string(1'000'000, 'x')});
    if (order.starts_with("timers"))
      for (uint64_t i = 0; i < std::stoull(std::string(order.substr(6))); ++i)
        context.schedule({.deadline = context.time() + 1ms, .key = key, .number = i});
    return {};
  }

  Result<void> on_timer(const Timer& timer, Context& context) override {
    std::string count = std::to_string(std::stoull(kept_->get("fired").value_or("0")) + 1);
    kept_->put("fired", count);
    if (timer.name.key == "bad") return fail(ErrorCode::INVALID_ARGUMENT, "a bad timer");
    context.forward({.key = "timer " + timer.name.key, .value = count});
    return {};
  }

 private:
  static void throw_something() { static_cast<void>(std::string().at(1)); }
  std::optional<state::Store> kept_;
};

std::shared_ptr<const Topology> obedient() {
  SpaceInfo space{.name = "s",
                  .topics = {{"in", TopicId(20), ""},
                             {"out", kOut, "app"},
                             {"kept", TopicId(22), "app"},
                             {"timers", TopicId(23), "app"},
                             {"dead", kDead, "app"}}};
  auto built = TopologyBuilder("app", 1, space)
                   .source("in", "in")
                   .processor("p", make<Obedient>(), {.after = {"in"}, .stores = {"kept"}})
                   .store("kept", "kept")
                   .timers("timers")
                   .sink("out", "out", {"p"})
                   .dead_letters("dead")
                   .build();
  REQUIRE(built.has_value());
  return *built;
}

struct ExecutorFixture {
  state::MemoryStore committed;
  Executor executor{obedient(), committed};
  LogOfInputs log;
  InputQueue queue{executor.topology().inputs()};

  void read() { REQUIRE(queue.push(log.since(queue.scanned()))); }
  Taken take(StepLimits limits = {}) {
    auto taken = executor.take(queue, Offset(0), limits);
    REQUIRE(taken.has_value());
    return *taken;
  }
  wire::Batch finish() {
    wire::Batch batch = executor.finish({}).batch;
    REQUIRE(batch.check_whole());
    return batch;
  }
  std::optional<std::string> kept(std::string_view key) {
    return executor.state().get(TopicId(22), key);
  }
};

TEST_CASE("what a failing record did is undone, and it becomes a dead letter in the step") {
  for (std::string order : {"fail", "throw"}) {
    ExecutorFixture f;
    f.log.add("a", "1");
    f.log.add("a", order);
    f.log.add("b", "2");
    f.read();
    Taken taken = f.take();
    EXPECT(taken.inputs == 3);
    EXPECT(taken.dead_letters == 1);
    EXPECT(f.kept("a") == "1");
    wire::Batch step = f.finish();
    EXPECT(in_words(step, kOut) == "a=1 b=2 ");
    EXPECT(in_words(step, kDead) == "a=" + order + " ");
  }
}

TEST_CASE("a record whose step alone is no batch becomes a dead letter, and others do not suffer") {
  ExecutorFixture f;
  f.log.add("a", "1");
  f.log.add("b", "much");
  f.log.add("c", "2");
  f.read();
  Taken first = f.take();
  EXPECT(first.inputs == 1);
  EXPECT(in_words(f.finish(), kOut) == "a=1 ");
  Taken second = f.take();
  EXPECT(second.inputs == 2);
  EXPECT(second.dead_letters == 1);
  wire::Batch step = f.finish();
  EXPECT(in_words(step, kDead) == "b=much ");
  EXPECT(in_words(step, kOut) == "c=2 ");
}

TEST_CASE("a step ends at its limits") {
  ExecutorFixture f;
  for (int i = 0; i < 10; ++i) f.log.add("a", std::string(100, 'x'));
  f.read();
  EXPECT(f.take({.inputs = 4}).inputs == 4);
  f.finish();
  // Each is some 130 bytes of output; the changelog has one entry, whatever comes.
  EXPECT(f.take({.bytes = 450}).inputs == 3);
  f.finish();
  EXPECT(f.take({.end = Offset(8)}).inputs == 1);
  f.finish();
  Taken last = f.take();
  EXPECT(last.inputs == 2);
  EXPECT(last.to == Offset(10));
  EXPECT(last.witness == Offset(9));
}

TEST_CASE("timers due by an input fire before it, over as many steps without input as they need") {
  ExecutorFixture f;
  f.log.add("a", "timers10");
  f.log.add("b", "1", 5ms);
  f.log.add("c", "2");
  f.read();
  // Room for the first input and some of the timers: they must not stand in its step.
  StepLimits limits{.bytes = 500};
  Taken first = f.take(limits);
  EXPECT(first.inputs == 1);
  EXPECT(first.timers_fired == 0);
  f.finish();
  uint32_t fired = 0;
  std::string out;
  Taken taken = f.take(limits);
  for (; taken.inputs == 0; taken = f.take(limits)) {
    EXPECT(taken.timers_fired > 0);
    EXPECT(taken.to == Offset(0));
    EXPECT(taken.witness == Offset(1));
    fired += taken.timers_fired;
    out += in_words(f.finish(), kOut);
  }
  fired += taken.timers_fired;
  out += in_words(f.finish(), kOut);
  EXPECT(fired == 10);
  EXPECT(out.find("timer a=1 timer a=2 ") == 0);
  EXPECT(out.find("timer a=10 b=1 ") != std::string::npos);
}

TEST_CASE("a timer that fails is a dead letter, and gone") {
  ExecutorFixture f;
  f.log.add("bad", "timers1");
  f.log.add("b", "1", 5ms);
  f.read();
  Taken taken = f.take();
  EXPECT(taken.timers_fired == 1);
  EXPECT(taken.dead_letters == 1);
  EXPECT(!f.kept("fired"));
  EXPECT(!f.executor.timers().next_deadline());
  EXPECT(in_words(f.finish(), kDead) == "bad= ");
}

TEST_CASE("a step of a log, taken again, is the same step, and applied gives the same state") {
  ExecutorFixture f;
  f.log.add("a", "timers10");
  f.log.add("b", "fail", 5ms);
  f.log.add("c", "2");
  f.read();
  ExecutorFixture again;
  again.log = f.log;
  again.read();
  ExecutorFixture restored;
  Offset position;
  uint64_t number = 0;
  for (;;) {
    auto taken = f.executor.take(f.queue, position, {.inputs = 1, .bytes = 300});
    REQUIRE(taken.has_value());
    if (taken->nothing()) break;
    wire::StepGuard guard{};
    guard.number = StepNumber(number++);
    guard.timers_fired = taken->timers_fired;
    guard.from = position;
    guard.to = position = taken->to;
    guard.witness = taken->witness;
    guard.input_term = taken->input_term;
    wire::Batch step = f.executor.finish(guard).batch;
    REQUIRE(again.executor.take_again(again.queue, guard).has_value());
    EXPECT(equal(again.executor.finish(guard).batch.body(), step.body()));
    REQUIRE(restored.executor.apply(f.log.place(step), guard));
    EXPECT(restored.executor.state().digest() == f.executor.state().digest());
  }
  EXPECT(number >= 4);
}

TEST_CASE("a step that says another digest than the state has is refused") {
  ExecutorFixture f;
  f.log.add("a", "1");
  f.read();
  f.take();
  wire::StepGuard guard{};
  wire::Batch step = f.finish();
  ExecutorFixture other;
  other.executor.state().put(TopicId(22), "more", "than there should be");
  other.executor.state().seal();
  auto applied = other.executor.apply(f.log.place(step), guard);
  REQUIRE(!applied);
  EXPECT(applied.error().code == ErrorCode::STATE_DIVERGED);
}

}  // namespace
}  // namespace usher::processors

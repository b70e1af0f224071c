#include "processors/link_task.h"

#include "processors/hand_scheduler.h"
#include "processors/memory_log.h"

#include "tests/doctest.h"
#include "tests/unit/processors/log_of_inputs.h"

namespace usher::processors {
namespace {

constexpr TopicId kFrom{20};
constexpr TopicId kTo{30};

// A log whose next appends are done and their answers lost, or that refuses them.
class FlakyLog final : public PartitionLog {
 public:
  explicit FlakyLog(Scheduler& scheduler) : scheduler_(scheduler), log(scheduler) {}
  void append(wire::Batch batch, Answer<Receipt> answer) override {
    ++appends;
    if (refusals > 0) {
      --refusals;
      return scheduler_.post([answer = std::move(answer)]() mutable {
        answer(fail(ErrorCode::NOT_LEADER, "elsewhere"));
      });
    }
    if (lost_answers > 0) {
      --lost_answers;
      log.append(std::move(batch), [answer = std::move(answer)](auto) mutable {
        answer(fail(ErrorCode::TIMED_OUT, "lost"));
      });
      return;
    }
    log.append(std::move(batch), std::move(answer));
  }
  void fetch(FetchRequest request, Answer<FetchAnswer> answer) override {
    log.fetch(std::move(request), std::move(answer));
  }
  void read_index(AppId app, Answer<ReadIndex> answer) override {
    log.read_index(app, std::move(answer));
  }

 private:
  Scheduler& scheduler_;

 public:
  MemoryLog log;
  size_t appends = 0;
  size_t refusals = 0;
  size_t lost_answers = 0;
};

// Two partitions; a key goes to the one that its first letter says.
struct LinkWorld final : LinkDestination {
  TopicId topic() const override { return kTo; }
  PartitionId partition_of(std::string_view key) const override {
    return PartitionId(key[0] == 'a' ? 0 : 1);
  }
  PartitionLog& log(PartitionId partition) override { return partition.value() == 0 ? a : b; }

  std::unique_ptr<LinkTask> link() {
    return std::make_unique<LinkTask>(
        scheduler, source, *this, shape,
        LinkOptions{.app = AppId(5), .member = MemberId(1), .space = SpaceId(1)},
        Log(std::make_shared<MemoryLogSink>(), LogOptions(), scheduler.clock()));
  }
  void say(std::string_view value) {
    wire::BatchBuilder builder;
    REQUIRE(builder.add(kFrom, {.key = as_bytes("k"), .value = as_bytes(value), .headers = {}}));
    source.append(builder.finish(wire::NoGuard{}), [](auto) {});
  }
  void run() { scheduler.advance(3s); }
  static std::string words(const FlakyLog& log) {
    std::string all;
    for (const wire::Batch& batch : log.log.batches()) all += in_words(batch, kTo);
    return all;
  }

  HandScheduler scheduler;
  FlakyLog source{scheduler}, a{scheduler}, b{scheduler};
  // The key is what stands before the digit; "-" goes nowhere.
  LinkShape shape{
      .name = "link", .from = kFrom, .key_of = [](std::string_view value) -> std::string {
        return value == "-" ? "" : std::string(value.substr(0, 1));
      }};
};

TEST_CASE("records go to the partition of their new key, in order, and some nowhere") {
  LinkWorld world;
  auto link = world.link();
  for (const char* value : {"a1", "b1", "-", "a2"}) world.say(value);
  link->own(Epoch(1));
  world.run();
  EXPECT(LinkWorld::words(world.a) == "a=a1 a=a2 ");
  EXPECT(LinkWorld::words(world.b) == "b=b1 ");
  EXPECT(link->is_idle());
  EXPECT(link->position() >= Offset(4));
}

TEST_CASE("what is sent twice arrives once: an answer was lost") {
  LinkWorld world;
  auto link = world.link();
  link->own(Epoch(1));
  world.run();
  world.a.lost_answers = 1;
  for (const char* value : {"a1", "a2"}) world.say(value);
  world.run();
  world.say("a3");
  world.run();
  EXPECT(LinkWorld::words(world.a) == "a=a1 a=a2 a=a3 ");
}

TEST_CASE("a new owner sends what the last one had sent and not said") {
  LinkWorld world;
  auto first = world.link();
  first->own(Epoch(1));
  world.run();
  // Its step never arrives.
  world.source.refusals = 1'000;
  for (const char* value : {"a1", "b1"})
    world.source.log.append(
        [&] {
          wire::BatchBuilder builder;
          REQUIRE(builder.add(kFrom, {.key = {}, .value = as_bytes(value), .headers = {}}));
          return builder.finish(wire::NoGuard{});
        }(),
        [](auto) {});
  world.run();
  EXPECT(LinkWorld::words(world.a) == "a=a1 ");
  EXPECT(first->position() < first->scanned());
  first.reset();
  world.source.refusals = 0;
  auto second = world.link();
  second->own(Epoch(2));
  world.say("a2");
  world.run();
  EXPECT(LinkWorld::words(world.a) == "a=a1 a=a2 ");
  EXPECT(LinkWorld::words(world.b) == "b=b1 ");
}

TEST_CASE("what another owner sent before this one had read it is not sent again") {
  LinkWorld world;
  auto link = world.link();
  link->own(Epoch(1));
  world.run();
  wire::BatchBuilder ahead;
  for (const char* value : {"a1", "a2", "a3"})
    REQUIRE(ahead.add(kTo, {.key = as_bytes("a"), .value = as_bytes(value), .headers = {}}));
  world.a.log.append(ahead.finish(wire::LinkGuard{.source_space = SpaceId(1),
                                                  .source_partition = PartitionId(0),
                                                  .source_topic = kFrom,
                                                  .from = Seq(0),
                                                  .to = Seq(3)}),
                     [](auto) {});
  for (const char* value : {"a1", "a2", "a3", "a4"}) {
    world.say(value);
    world.run();
  }
  EXPECT(LinkWorld::words(world.a) == "a=a1 a=a2 a=a3 a=a4 ");
}

TEST_CASE("a destination that moves is tried again, and the position waits for it") {
  LinkWorld world;
  auto link = world.link();
  link->own(Epoch(1));
  world.run();
  world.b.refusals = 4;
  world.say("a1");
  world.say("b1");
  world.scheduler.advance(20ms);
  EXPECT(LinkWorld::words(world.b).empty());
  Offset before = link->position();
  world.run();
  EXPECT(LinkWorld::words(world.b) == "b=b1 ");
  EXPECT(link->position() > before);
}

TEST_CASE("the first record goes at once, and those that follow it soon go together") {
  LinkWorld world;
  auto link = world.link();
  link->own(Epoch(1));
  world.run();
  world.say("a1");
  world.scheduler.advance(5ms);
  EXPECT(LinkWorld::words(world.a) == "a=a1 ");
  for (const char* value : {"a2", "a3", "a4"}) {
    world.say(value);
    world.scheduler.advance(5ms);
  }
  EXPECT(LinkWorld::words(world.a) == "a=a1 ");
  world.scheduler.advance(1s);
  EXPECT(LinkWorld::words(world.a) == "a=a1 a=a2 a=a3 a=a4 ");
  EXPECT(world.a.appends == 2);
}

TEST_CASE("who is fenced is closed and sends no more") {
  LinkWorld world;
  auto old = world.link();
  old->own(Epoch(1));
  world.run();
  auto next = world.link();
  next->own(Epoch(2));
  world.say("a1");
  world.run();
  EXPECT(old->phase() == Phase::kClosed);
  EXPECT(next->phase() == Phase::kRunning);
  EXPECT(LinkWorld::words(world.a) == "a=a1 ");
}

TEST_CASE("the position is said even where nothing goes anywhere") {
  LinkWorld world;
  auto link = world.link();
  world.say("-");
  link->own(Epoch(1));
  world.run();
  EXPECT(link->position() == Offset(0));
  world.scheduler.advance(limits::kQuietStepInterval + 1s);
  EXPECT(link->position() > Offset(0));
}

}  // namespace
}  // namespace usher::processors

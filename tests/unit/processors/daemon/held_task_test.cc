#include "processors/daemon/held_task.h"

#include <algorithm>

#include "client/producer.h"
#include "processors/daemon/cluster_log.h"
#include "processors/daemon/task_runner.h"
#include "processors/examples/word_count.h"
#include "processors/hand_scheduler.h"
#include "processors/state/memory_store.h"
#include "proto/wire/batch_builder.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

#include "tests/doctest.h"
#include "tests/unit/client/fake_cluster.h"

namespace usher::processors {
namespace {

constexpr client::PartitionAt kAt{SpaceId(7), PartitionId(0)};
constexpr Identity kMember{AppId(3), MemberId(1)};

// A word-counting task over three brokers in virtual time.
struct HeldWorld {
  HeldWorld() {
    cluster->doubt();
    REQUIRE(brokers.run_until([&] { return cluster->metadata() != nullptr; }));
  }
  static wire::TaskProposal as(wire::TaskRole role, uint64_t epoch) {
    return {.partition = kAt.partition, .role = role, .epoch = Epoch(epoch)};
  }
  void own(uint64_t epoch) { task.want(kMember, as(wire::TaskRole::kOwner, epoch)); }
  void say(std::string_view line) {
    REQUIRE(producer.send_to({kAt.space, TopicId(20)}, kAt.partition,
                             {.key = as_bytes("k"), .value = as_bytes(line), .headers = {}},
                             [](const auto&) {}));
  }
  bool reaches(Phase phase) {
    return run_until([&] { return task.status().phase == phase; });
  }
  template <class Guard>
  std::vector<Guard> guards() const {
    std::vector<Guard> found;
    for (const wire::Batch& batch : brokers.logs[0].batches)
      if (const auto* guard = std::get_if<Guard>(&batch.header().guard())) found.push_back(*guard);
    return found;
  }
  std::vector<wire::StepMark> marks() const {
    std::vector<wire::StepMark> marks;
    for (const auto& step : guards<wire::StepGuard>()) marks.push_back(step.mark);
    return marks;
  }

  client::FakeCluster brokers;
  std::unique_ptr<client::Cluster> cluster = brokers.connect();
  client::Producer producer{*cluster};
  std::shared_ptr<MemoryLogSink> lines = std::make_shared<MemoryLogSink>();
  size_t opened = 0;
  size_t closed = 0;
  struct Store final : state::MemoryStore {
    explicit Store(size_t& closed) : closed_(closed) {}
    ~Store() override { ++closed_; }
    size_t& closed_;
  };
  std::optional<Error> no_store;
  Result<std::unique_ptr<state::CommittedStore>> open() {
    ++opened;
    if (no_store) return fail(*no_store);
    return std::make_unique<Store>(closed);
  }
  // Done by hand, where it is not `aside_by_itself`.
  HandScheduler aside;
  bool aside_by_itself = true;
  bool run_until(const std::function<bool()>& done) {
    return brokers.run_until([&] {
      if (aside_by_itself) aside.run();
      return done();
    });
  }
  RunnerSeams seams{.scheduler = brokers.client_scheduler,
                    .aside = aside,
                    .cluster = *cluster,
                    .log = Log(lines, LogOptions(), brokers.client_scheduler.clock())};
  size_t changes = 0;
  HeldTask task{brokers.client_scheduler, seams.log, kAt.partition,
                std::make_unique<TaskPlace>(seams, *examples::word_count(), kAt,
                                            [this](PartitionId) { return open(); }),
                [this] { ++changes; }};
};

constexpr auto kReady = wire::StepMark::kReady;
constexpr auto kNone = wire::StepMark::kNone;
constexpr auto kReleased = wire::StepMark::kReleased;

TEST_CASE("a task that is to be owned claims over the network and works through its input") {
  HeldWorld world;
  world.own(1);
  REQUIRE(world.reaches(Phase::kRunning));
  REQUIRE(world.guards<wire::ClaimGuard>().size() == 1);
  EXPECT(world.guards<wire::ClaimGuard>()[0].member == kMember.member);
  world.say("to be or not");
  REQUIRE(world.brokers.run_until([&] { return world.marks().size() == 2; }));
  EXPECT(world.marks() == std::vector{kReady, kNone});
  REQUIRE(world.brokers.run_until([&] { return world.task.status().lag_records == 0; }));
  EXPECT(world.task.status().applied == world.brokers.logs[0].end);
}

TEST_CASE("given up it ends in order, and is gone") {
  HeldWorld world;
  world.own(1);
  REQUIRE(world.reaches(Phase::kRunning));
  world.say("one");
  REQUIRE(world.brokers.run_until([&] { return world.marks().size() == 2; }));
  world.task.want(kMember, std::nullopt);
  REQUIRE(world.run_until([&] { return world.task.is_gone(); }));
  EXPECT(world.marks() == std::vector{kReady, kNone, kReleased});
  EXPECT(!world.task.status().phase);
}

TEST_CASE("under another epoch it begins anew, and the state stays open") {
  HeldWorld world;
  world.own(1);
  REQUIRE(world.reaches(Phase::kRunning));
  world.own(2);
  REQUIRE(world.brokers.run_until([&] { return world.guards<wire::ClaimGuard>().size() == 2; }));
  REQUIRE(world.reaches(Phase::kRunning));
  EXPECT(world.task.status().epoch == Epoch(2));
  EXPECT(world.opened == 1);
}

TEST_CASE("a standby becomes owner without beginning anew") {
  HeldWorld world;
  world.task.want(kMember, HeldWorld::as(wire::TaskRole::kStandby, 0));
  REQUIRE(world.reaches(Phase::kStandby));
  EXPECT(world.guards<wire::ClaimGuard>().empty());
  world.own(4);
  REQUIRE(world.reaches(Phase::kRunning));
  EXPECT(world.guards<wire::ClaimGuard>().at(0).epoch == Epoch(4));
}

TEST_CASE("a standby of a member that was given up claims as the member it is now") {
  HeldWorld world;
  world.task.want(kMember, HeldWorld::as(wire::TaskRole::kStandby, 0));
  REQUIRE(world.reaches(Phase::kStandby));
  Identity later{AppId(3), MemberId(2)};
  world.task.want(later, HeldWorld::as(wire::TaskRole::kOwner, 4));
  REQUIRE(world.reaches(Phase::kRunning));
  EXPECT(world.guards<wire::ClaimGuard>().at(0).member == MemberId(2));
}

TEST_CASE("who is fenced stays closed until something else is proposed") {
  HeldWorld world;
  world.brokers.refusals = {{ErrorCode::FENCED, "a newer claim"}};
  world.own(1);
  REQUIRE(world.reaches(Phase::kClosed));
  world.own(1);
  world.brokers.loop.run_for(1s);
  EXPECT(world.task.status().phase == Phase::kClosed);
  EXPECT(!world.task.status().is_live());
  world.own(2);
  REQUIRE(world.reaches(Phase::kRunning));
}

TEST_CASE("steps go on under another leader, each once") {
  HeldWorld world;
  world.own(1);
  REQUIRE(world.reaches(Phase::kRunning));
  for (int i = 0; i < 5; ++i) {
    world.say("word");
    world.brokers.lead(1 + static_cast<uint32_t>(i) % 3);
    world.brokers.loop.run_for(200ms);
  }
  REQUIRE(world.brokers.run_until([&] {
    auto steps = world.guards<wire::StepGuard>();
    return !steps.empty() && steps.back().to >= world.brokers.logs[0].end - 2;
  }));
  uint64_t number = 0;
  for (const auto& step : world.guards<wire::StepGuard>()) EXPECT(step.number.value() == number++);
}

TEST_CASE("a poisoned task begins again when it is told to skip, and buries the record") {
  HeldWorld world;
  // Five owners that began and ended without a word.
  ClusterLog log(*world.cluster, kAt);
  size_t taken = 0;
  for (uint64_t i = 0; i < limits::kPoisoned; ++i) {
    wire::StepGuard guard{.app = kMember.app,
                          .mark = wire::StepMark::kReady,
                          .epoch = Epoch(i + 1),
                          .number = StepNumber(i),
                          .from = {},
                          .to = {},
                          .witness = {},
                          .input_term = {}};
    wire::StepRecordBytes record = wire::encode_step_record(guard, {});
    wire::BatchBuilder builder;
    REQUIRE(builder.add(wire::kStepsTopic, {.key = {}, .value = Bytes(record), .headers = {}}));
    log.append(builder.finish(guard), [&](const auto&) { ++taken; });
  }
  REQUIRE(world.brokers.run_until([&] { return taken == limits::kPoisoned; }));
  world.say("poison");
  world.own(9);
  REQUIRE(world.reaches(Phase::kStopped));
  EXPECT(world.task.status().failure->code == ErrorCode::POISONED);
  REQUIRE(world.task.skip());
  REQUIRE(world.reaches(Phase::kRunning));
  world.say("fine");
  REQUIRE(world.brokers.run_until([&] { return std::ranges::count(world.marks(), kNone) == 2; }));
  size_t dead = 0;
  for (const wire::Batch& batch : world.brokers.logs[0].batches)
    for (const wire::TopicEntry& entry : batch.header().topics())
      dead += entry.topic == TopicId(24) ? entry.records : 0;
  EXPECT(dead == 1);
  EXPECT(!world.task.skip());
}

TEST_CASE("a state that cannot be opened is said, and tried again when something else is wanted") {
  HeldWorld world;
  world.no_store = Error{ErrorCode::STATE_UNREADABLE, "damaged"};
  world.own(1);
  REQUIRE(world.run_until([&] { return world.task.status().failure.has_value(); }));
  EXPECT(world.task.status().failure->code == ErrorCode::STATE_UNREADABLE);
  world.no_store.reset();
  world.own(2);
  REQUIRE(world.reaches(Phase::kRunning));
}

// Either waits for the disk, and the thread has other tasks.
TEST_CASE("a state is opened and closed aside, and what is wanted meanwhile counts") {
  HeldWorld world;
  world.aside_by_itself = false;
  world.own(1);
  world.brokers.loop.run_for(1s);
  EXPECT(world.task.is_opening());
  world.task.want(kMember, std::nullopt);
  world.own(2);
  world.brokers.loop.run_for(1s);
  EXPECT(world.opened == 0);
  world.aside.run();
  REQUIRE(world.reaches(Phase::kRunning));
  EXPECT(world.opened == 1);
  EXPECT(world.guards<wire::ClaimGuard>().at(0).epoch == Epoch(2));
}

TEST_CASE("who is not wanted any more when the state is open is gone, and the state is closed") {
  HeldWorld world;
  world.aside_by_itself = false;
  world.own(1);
  world.task.want(kMember, std::nullopt);
  world.brokers.loop.run_for(1s);
  EXPECT(!world.task.is_gone());
  world.aside.run();
  REQUIRE(world.run_until([&] { return world.task.is_gone(); }));
  EXPECT(world.guards<wire::ClaimGuard>().empty());
}

TEST_CASE("a state is closed aside") {
  HeldWorld world;
  auto place = std::make_unique<TaskPlace>(world.seams, *examples::word_count(), kAt,
                                           [&](PartitionId) { return world.open(); });
  bool is_open = false;
  place->open([&](const Result<void>& opened) { is_open = opened.has_value(); });
  REQUIRE(world.run_until([&] { return is_open; }));
  place.reset();
  EXPECT(world.closed == 0);
  world.aside.run();
  EXPECT(world.closed == 1);
}

}  // namespace
}  // namespace usher::processors

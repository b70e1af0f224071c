#include "broker/server/writers.h"

#include "proto/wire/batch_builder.h"
#include "proto/wire/reserved_topics.h"

#include "tests/doctest.h"

namespace usher::server {
namespace {

constexpr TopicId kOpen{16};
constexpr TopicId kOwned{17};
constexpr AppId kApp{5};

controller::Space space(bool with_app) {
  controller::Space space;
  space.info.name = "s";
  space.info.topics.push_back({.id = kOpen, .name = "open"});
  if (with_app)
    space.info.topics.push_back(
        {.id = kOwned, .name = "owned", .writer = wire::WriterKind::kApp, .app = kApp});
  return space;
}

std::string write(std::vector<TopicId> topics, const wire::Guard& guard, bool with_app = true) {
  wire::BatchBuilder builder;
  for (TopicId topic : topics)
    REQUIRE(builder.add(topic, {.key = {}, .value = as_bytes("v"), .headers = {}}));
  auto may = check_writer(space(with_app), builder.finish(guard).header());
  return may ? "taken" : std::string(may.error().name());
}

TEST_CASE("outside producers write to topics that are theirs, and to no topic of the log's own") {
  for (const wire::Guard& guard :
       {wire::Guard(wire::NoGuard{}), wire::Guard(wire::ProducerGuard{})}) {
    EXPECT(write({kOpen}, guard) == "taken");
    EXPECT(write({kOwned}, guard) == "WRONG_WRITER");
    EXPECT(write({TopicId(99)}, guard) == "STALE_METADATA");
    for (uint32_t id = 1; id < wire::kFirstFreeTopic.value(); ++id) {
      EXPECT(write({TopicId(id)}, guard, false) == "WRONG_WRITER");
      EXPECT(write({kOpen, TopicId(id)}, guard) == "WRONG_WRITER");
    }
  }
}

TEST_CASE(
    "an app writes its claim, its steps and its topics; alone in a batch it moves the clock") {
  wire::StepGuard step;
  step.app = kApp;
  wire::ClaimGuard claim;
  claim.app = kApp;
  EXPECT(write({wire::kStepsTopic, kOwned}, step) == "taken");
  EXPECT(write({wire::kStepsTopic, wire::kControlTopic}, step) == "WRONG_WRITER");
  EXPECT(write({wire::kStepsTopic, kOpen}, step) == "WRONG_WRITER");
  EXPECT(write({wire::kClaimsTopic}, claim) == "taken");
  EXPECT(write({wire::kClockTopic}, wire::NoGuard{}) == "taken");
  EXPECT(write({wire::kClockTopic}, wire::NoGuard{}, false) == "WRONG_WRITER");
  EXPECT(write({wire::kClockTopic, wire::kClockTopic}, wire::NoGuard{}) == "WRONG_WRITER");
}

}  // namespace
}  // namespace usher::server

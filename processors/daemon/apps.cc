#include "processors/daemon/apps.h"

#include "client/booking/set_up.h"
#include "processors/apps/seats/app/app.h"
#include "processors/apps/seats/app/orders_app.h"
#include "processors/apps/seats/orders.h"
#include "processors/examples/windowed_count.h"
#include "processors/examples/word_count.h"
#include "proto/base/check.h"
#include "proto/seats/codec.h"
#include "proto/seats/topics.h"

namespace usher::processors {
namespace {

// The view by user is small beside the events that it is made of.
constexpr uint32_t kOrdersPartitions = 8;

client::SpaceToHave orders_space() {
  constexpr auto kApp = wire::WriterKind::kApp;
  return {.name = std::string(seats::kOrdersSpace),
          .app = std::string(seats::kOrdersAppName),
          .partitions = kOrdersPartitions,
          .topics = {{std::string(seats::kOrdersTopic), wire::WriterKind::kLinks, false,
                      std::string(seats::schema_name(seats::Topic::kReservationCompleted))},
                     {std::string(seats::kOrdersChangelog), kApp, true},
                     {std::string(seats::kOrdersTimersTopic), kApp, true},
                     {std::string(seats::kOrdersDeadLettersTopic), kApp, false}}};
}

// What decides, the view by user, and the link between the two.
std::vector<App> seats_apps(Metrics& metrics) {
  auto user_of = [](std::string_view value) -> std::string {
    auto completed = seats::decode<seats::Completed>(value);
    return completed ? seats::orders_key(*completed) : "";
  };
  auto outcomes =
      metrics.counter("usher_seats_reservations_total",
                      "What became of reservations: each change of status.", {"outcome", "reason"});
  auto count = [outcomes](seats::Status status, seats::Reason reason) mutable {
    outcomes.with({seats::name_of(status), seats::name_of(reason)})->add();
  };
  auto decide = [count](const SpaceInfo& space) { return seats::seats_app(space, count); };
  return {
      {.name = std::string(seats::kAppName), .space = booking::seats_space(), .topology = decide},
      {.name = std::string(seats::kOrdersLinkName),
       .space = booking::seats_space(),
       .link =
           LinkToRun{.from_topic = std::string(seats::name_of(seats::Topic::kReservationCompleted)),
                     .to = orders_space(),
                     .to_topic = std::string(seats::kOrdersTopic),
                     .key_of = user_of}},
      {.name = std::string(seats::kOrdersAppName),
       .space = orders_space(),
       .topology = seats::orders_app}};
}

// The examples of docs/processors.md say themselves what topics they have.
App example(const SpaceInfo& space, decltype(App::topology) topology) {
  auto built = topology(space);
  CHECK(built.has_value(), "an example works over its own space");
  const Topology& shape = **built;
  App app{.name = shape.app(),
          .space = {.name = space.name, .app = shape.app(), .topics = {}},
          .topology = std::move(topology)};
  for (const TopicInfo& topic : space.topics)
    app.space.topics.push_back(
        {.name = topic.name,
         .writer = topic.written_by.empty() ? wire::WriterKind::kProducers : wire::WriterKind::kApp,
         .changelog = shape.is_changelog(topic.id)});
  return app;
}

}  // namespace

std::vector<std::string> app_names() {
  return {std::string(seats::kAppName), "word-count", "clicks"};
}

std::vector<App> apps_of(std::string_view name, Metrics& metrics) {
  if (name == "word-count") return {example(examples::word_count_space(), examples::word_count)};
  if (name == "clicks")
    return {example(examples::windowed_count_space(), examples::windowed_count)};
  CHECK(name == seats::kAppName, "one of app_names()");
  return seats_apps(metrics);
}

}  // namespace usher::processors

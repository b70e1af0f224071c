// The topics of the space `events`, with who writes them: what has to be there before the seats app
// can run. Gateway and command line make them, the app's topology checks them.
#pragma once

#include <array>
#include <string_view>

#include "proto/seats/names.h"

namespace usher::seats {

constexpr std::string_view kAppName = "seats";
// Its one processor: timers are kept under its name, so it never changes.
constexpr std::string_view kTimersProcessor = "decide";
constexpr std::string_view kTimersTopic = "seat-timers";
constexpr std::string_view kDeadLettersTopic = "seats-dead-letters";

// The view by user: an app over the space `orders`, and the link that feeds it.
constexpr std::string_view kOrdersAppName = "orders";
constexpr std::string_view kOrdersLinkName = "seats-to-orders";
constexpr std::string_view kOrdersTopic = "completed";  // written by the link
constexpr std::string_view kOrdersChangelog = "orders-changelog";
constexpr std::string_view kOrdersTimersTopic = "orders-timers";
constexpr std::string_view kOrdersDeadLettersTopic = "orders-dead-letters";

// Of the stores of this app, in the order of Store; `orders` is another app's.
constexpr std::array<std::string_view, 5> kChangelogNames = {
    "events-changelog", "seat-inventory", "reservations", "users-changelog", "answers-changelog"};
constexpr std::string_view changelog_of(Store store) {
  return kChangelogNames[static_cast<size_t>(store)];
}

// The type of a topic's records, as its metadata name it.
constexpr std::array<std::string_view, kTopicNames.size()> kSchemaNames = {
    "seats.EventCommand", "seats.ReservationCommand", "seats.SeatEvent",    "seats.Requested",
    "seats.Outcome",      "seats.Completed",          "seats.SectionStatus"};
constexpr std::string_view schema_name(Topic topic) {
  return kSchemaNames[static_cast<size_t>(topic)];
}

enum class WrittenBy : uint8_t { kOutside, kApp };

struct TopicToMake {
  std::string_view name;
  WrittenBy writer;
  bool is_changelog;
  std::string_view schema = {};  // none: bytes
};

constexpr std::array<TopicToMake, kTopicNames.size() + kChangelogNames.size() + 2>
topics_to_make() {
  std::array<TopicToMake, kTopicNames.size() + kChangelogNames.size() + 2> topics = {};
  size_t next = 0;
  for (size_t i = 0; i < kTopicNames.size(); ++i) {
    auto topic = static_cast<Topic>(i);
    bool outside = topic == Topic::kEventCommands || topic == Topic::kReservationCommands;
    topics[next++] = {name_of(topic), outside ? WrittenBy::kOutside : WrittenBy::kApp, false,
                      schema_name(topic)};
  }
  for (std::string_view name : kChangelogNames) topics[next++] = {name, WrittenBy::kApp, true};
  topics[next++] = {kTimersTopic, WrittenBy::kApp, true};
  topics[next++] = {kDeadLettersTopic, WrittenBy::kApp, false};
  return topics;
}

}  // namespace usher::seats

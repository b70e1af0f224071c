// Which topics of a space are the seats app's: its inputs, what it says, its changelogs.
#pragma once

#include <array>
#include <optional>

#include "proto/seats/topics.h"
#include "tools/audit/log/catalog.h"

namespace usher::audit {

struct SeatsTopics {
  AppId app;
  std::array<TopicId, seats::kTopicNames.size()> topics{};
  std::array<TopicId, seats::kChangelogNames.size()> changelogs{};
  TopicId timers;
  TopicId dead_letters;

  // None: the space is not one of the seats app, or lacks some of its topics.
  static std::optional<SeatsTopics> of(const Catalog& catalog, SpaceId space);

  TopicId of(seats::Topic topic) const { return topics[static_cast<size_t>(topic)]; }
  TopicId of(seats::Store store) const { return changelogs[static_cast<size_t>(store)]; }
  // Of the two topics of commands.
  std::optional<seats::Topic> command_topic(TopicId topic) const {
    for (seats::Topic one : {seats::Topic::kEventCommands, seats::Topic::kReservationCommands})
      if (of(one) == topic) return one;
    return std::nullopt;
  }
};

}  // namespace usher::audit

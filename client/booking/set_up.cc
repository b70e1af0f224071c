#include "client/booking/set_up.h"

#include <algorithm>

#include "proto/seats/topics.h"

namespace usher::booking {

client::SpaceToHave seats_space(uint32_t partitions) {
  client::SpaceToHave space{.name = std::string(seats::kSpace),
                            .app = std::string(seats::kAppName),
                            .partitions = partitions,
                            .topics = {}};
  for (const seats::TopicToMake& topic : seats::topics_to_make()) {
    bool is_apps = topic.writer == seats::WrittenBy::kApp;
    space.topics.push_back(
        {.name = std::string(topic.name),
         .writer = is_apps ? wire::WriterKind::kApp : wire::WriterKind::kProducers,
         .changelog = topic.is_changelog,
         .schema = std::string(topic.schema)});
  }
  return space;
}

bool is_set_up(const wire::Metadata& metadata) {
  auto space = client::find_space(metadata, seats::kSpace);
  if (!space) return false;
  auto topics = seats::topics_to_make();
  return std::ranges::all_of(topics, [&](const seats::TopicToMake& topic) {
    return client::find_topic(**space, topic.name).has_value();
  });
}

}  // namespace usher::booking

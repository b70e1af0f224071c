#include "broker/server/retaining.h"

#include "broker/partition/reserved_topics.h"

namespace usher::server {

log::RetentionRules retention_rules(const controller::Space& space) {
  log::RetentionRules rules{.topics = {}, .first_free = partition::kFirstFreeTopic};
  for (uint32_t id = rules.first_free.value(); id < space.next_topic; ++id)
    rules.topics[TopicId(id)] = {.age_max = {}, .bytes_max = 0};
  for (const wire::TopicInfo& topic : space.info.topics) {
    log::TopicRetention& rule = rules.topics[topic.id];
    rule = {.age_max = {}, .bytes_max = topic.retention.bytes};
    if (topic.retention.age)
      rule.age_max = std::chrono::duration_cast<std::chrono::microseconds>(*topic.retention.age);
    rules.carries_changelogs = rules.carries_changelogs || topic.changelog;
  }
  return rules;
}

}  // namespace usher::server

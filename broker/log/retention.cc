#include "broker/log/retention.h"

#include <algorithm>

namespace usher::log {
namespace {

// Bytes of each topic that stand behind the segment.
using BytesBehind = std::map<TopicId, uint64_t>;

bool allows(const RetentionRules& rules, TopicId topic, const SegmentSummary& segment,
            uint64_t bytes_behind, WallTime now) {
  if (topic < rules.first_free) return true;
  auto found = rules.topics.find(topic);
  if (found == rules.topics.end()) return false;
  const TopicRetention& retention = found->second;
  bool old = retention.age_max && segment.last_time + *retention.age_max < now;
  bool over = retention.bytes_max && bytes_behind >= *retention.bytes_max;
  return old || over;
}

}  // namespace

size_t segments_to_remove(const std::deque<SegmentSummary>& sealed, const RetentionRules& rules,
                          WallTime now, Offset limit) {
  if (rules.carries_changelogs) return 0;
  BytesBehind behind;
  for (const SegmentSummary& segment : sealed)
    for (const auto& [topic, span] : segment.topics) behind[topic] += span.bytes;
  size_t count = 0;
  for (const SegmentSummary& segment : sealed) {
    for (const auto& [topic, span] : segment.topics) behind[topic] -= span.bytes;
    bool every = std::ranges::all_of(segment.topics, [&](const auto& held) {
      return allows(rules, held.first, segment, behind[held.first], now);
    });
    if (!every || segment.end > limit) break;
    ++count;
  }
  return count;
}

}  // namespace usher::log

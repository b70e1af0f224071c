// How many of the oldest segments may go? Pure: what the segments hold against what each topic
// allows. A segment goes when every topic in it allows it; the log's own topics always do.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>

#include "broker/log/index.h"

namespace usher::log {

// What may go of a topic: what is older, by the log's time, or what stands before its last so many
// bytes. Neither: nothing, ever.
struct TopicRetention {
  std::optional<std::chrono::microseconds> age_max = {};
  std::optional<uint64_t> bytes_max = {};
};

struct RetentionRules {
  // A topic that is not here keeps everything.
  std::map<TopicId, TopicRetention> topics;
  // The log's own topics are below it.
  TopicId first_free{16};
  // A space with changelogs keeps everything: its state must be there to be restored.
  bool carries_changelogs = false;
};

// `sealed`: oldest first. `now`: the log's time at the commit. Segments that end above `limit` stay
// whatever the rules say.
size_t segments_to_remove(const std::deque<SegmentSummary>& sealed, const RetentionRules& rules,
                          WallTime now, Offset limit);

}  // namespace usher::log

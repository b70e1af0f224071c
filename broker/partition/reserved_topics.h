// The log's own topics: every space has them, under the same ids, and nobody else writes to them.
#pragma once

#include "proto/base/ids.h"

namespace usher::partition {

constexpr TopicId kControlTopic{1};  // new leader, membership
constexpr TopicId kClaimsTopic{2};
constexpr TopicId kStepsTopic{3};
constexpr TopicId kFirstFreeTopic{16};

constexpr bool is_reserved(TopicId topic) { return topic < kFirstFreeTopic; }

}  // namespace usher::partition

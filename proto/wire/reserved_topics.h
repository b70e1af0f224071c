// The topics that every space has under the same ids: what the log itself, claims, steps and clocks
// are written to. Nobody else writes to them.
#pragma once

#include "proto/base/ids.h"

namespace usher::wire {

constexpr TopicId kControlTopic{1};  // new leader, membership
constexpr TopicId kClaimsTopic{2};
constexpr TopicId kStepsTopic{3};
// Time in an idle partition: a record here is input to every app, and only moves its time.
constexpr TopicId kClockTopic{4};
constexpr TopicId kFirstFreeTopic{16};

constexpr bool is_reserved(TopicId topic) { return topic < kFirstFreeTopic; }

}  // namespace usher::wire

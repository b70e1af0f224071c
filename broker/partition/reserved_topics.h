// The log's own topics, as the partition calls them.
#pragma once

#include "proto/wire/reserved_topics.h"

namespace usher::partition {

using wire::is_reserved;
using wire::kClaimsTopic;
using wire::kControlTopic;
using wire::kFirstFreeTopic;
using wire::kStepsTopic;

}  // namespace usher::partition

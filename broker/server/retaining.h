// What a space's topics allow to go, as broker/log/retention.h asks for it. Pure.
#pragma once

#include "broker/controller/cluster_state.h"
#include "broker/log/retention.h"

namespace usher::server {

// Topics that were deleted allow everything: nobody can read them any more.
log::RetentionRules retention_rules(const controller::Space& space);

}  // namespace usher::server

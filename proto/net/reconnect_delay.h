// How long to wait before connecting again: doubling from limits::kReconnectDelayMin to …Max, and
// jittered, so that a thousand clients of a broker that came back do not arrive in one instant.
#pragma once

#include <cstdint>

#include "proto/base/random.h"
#include "proto/base/time.h"

namespace usher::net {

// attempt: how many have failed in a row before this one. From half of the step to all of it.
Duration reconnect_delay(uint32_t attempt, Random& random);

}  // namespace usher::net

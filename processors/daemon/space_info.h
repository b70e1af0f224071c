// A space of the cluster as a topology wants to see it: its topics, and which app writes each.
#pragma once

#include <vector>

#include "client/spaces.h"
#include "processors/space.h"

namespace usher::processors {

SpaceInfo space_info_of(const wire::SpaceInfo& space, const std::vector<wire::AppInfo>& apps);

}  // namespace usher::processors

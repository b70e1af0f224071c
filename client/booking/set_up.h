// What must be in a cluster before seats can be sold: the space `events` and its topics. Gateway,
// processors and command line each see to it; whoever comes first makes it.
#pragma once

#include "client/spaces.h"

namespace usher::booking {

client::SpaceToHave seats_space(uint32_t partitions = 20);
// Space and topics are there.
bool is_set_up(const wire::Metadata& metadata);

}  // namespace usher::booking

// The app of the benches of a task: each record is kept under its key, and what was kept before is
// sent on. One get, one put, one output.
#pragma once

#include "processors/topology.h"
#include "proto/base/random.h"
#include "proto/wire/batch_builder.h"

namespace usher::bench {

constexpr TopicId kIn{20}, kOut{21}, kKept{22}, kDead{23};
constexpr uint64_t kExchangeKeys = 1'000'000;

processors::SpaceInfo exchange_space();
std::shared_ptr<const processors::Topology> exchange_app();
// Of random keys, with values of 100 B.
wire::Batch exchange_inputs(Random& random, wire::BatchBuilder& builder, size_t records);

}  // namespace usher::bench

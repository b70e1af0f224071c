// The app under test: counts what each producer sent, remembers every value, says so, and says the
// count of each window once it is over. Everything that a task can do is in it.
#pragma once

#include "processors/topology.h"

namespace usher::sim {

constexpr AppId kCountingAppId{1};
constexpr TopicId kCountingInputs{20};
constexpr TopicId kCountingOutputs{21};
constexpr TopicId kCountingWindows{22};
constexpr TopicId kCountingCounts{23};
constexpr TopicId kCountingDead{26};

std::shared_ptr<const processors::Topology> counting_app();

}  // namespace usher::sim

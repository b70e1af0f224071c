// An example: counts words. Lines come in, every change of a count goes out; docs/processors.md
// walks through it.
#pragma once

#include "processors/topology.h"

namespace usher::processors::examples {

// Topics: lines, words, word-counts, word-counts-changelog, word-count-dead.
SpaceInfo word_count_space();
Result<std::shared_ptr<const Topology>> word_count(const SpaceInfo& space = word_count_space());

}  // namespace usher::processors::examples

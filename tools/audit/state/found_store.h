// What a task's store holds, and which part of the log it says it is the fold of.
#pragma once

#include <string>

#include "proto/base/hash.h"
#include "proto/base/ids.h"
#include "proto/base/sha256.h"

namespace usher::audit {

struct FoundStore {
  // "the owner", or the directory.
  std::string where = {};
  // The end of the last batch in it, and the chain there.
  Offset applied = {};
  Sha256 chain = {};
  // Summed over all entries that are there.
  Digest digest = {};
  uint64_t entries = 0;
};

}  // namespace usher::audit

// What a committed store says of itself: which part of the log it is the fold of. It is written
// with the changes, in one piece, so after a crash both are there or neither is. Its bytes:
// docs/formats/state.md.
#pragma once

#include "proto/base/hash.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/wire/batch_header.h"

namespace usher::state {

struct Stamp {
  Offset applied;     // the end of the last step in it
  wire::Chain chain;  // there
  Offset position;    // consumed up to here
  StepNumber next_step;
  Digest digest;
  // Owners that began and did not end in order since the position last moved.
  uint32_t unreleased = 0;
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

std::string encode_stamp(const Stamp& stamp);
// STATE_UNREADABLE where the bytes are not a stamp of this version.
Result<Stamp> decode_stamp(std::string_view bytes);

}  // namespace usher::state

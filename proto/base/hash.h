// XXH3, and what hangs on it: a key's slot. Not for what an adversary may forge; that is SHA-256.
#pragma once

#include <cstdint>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"

namespace usher {

uint64_t xxh3(Bytes bytes);

// 128 bits of it, where a collision must not happen by accident.
struct Digest {
  uint64_t low = 0;
  uint64_t high = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};
Digest xxh3_128(Bytes bytes);

// Slots are for ever: a space maps slots to partitions, and a key never changes its slot.
constexpr uint16_t kSlots = 4096;
Slot slot_of_key(Bytes key);

}  // namespace usher

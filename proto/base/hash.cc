#include "proto/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace usher {

uint64_t xxh3(Bytes bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest xxh3_128(Bytes bytes) {
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {.low = hash.low64, .high = hash.high64};
}

Slot slot_of_key(Bytes key) { return Slot(static_cast<uint16_t>(xxh3(key) % kSlots)); }

}  // namespace usher

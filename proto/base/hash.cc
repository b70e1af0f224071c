#include "proto/base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace usher {
namespace {

Digest digest_of(XXH128_hash_t hash) { return {.low = hash.low64, .high = hash.high64}; }

}  // namespace

uint64_t xxh3(Bytes bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

Digest xxh3_128(Bytes bytes) { return digest_of(XXH3_128bits(bytes.data(), bytes.size())); }

struct DigestStream::State {
  XXH3_state_t state;
};

DigestStream::DigestStream() : state_(std::make_unique<State>()) {
  XXH3_128bits_reset(&state_->state);
}
DigestStream::~DigestStream() = default;
DigestStream::DigestStream(DigestStream&&) noexcept = default;
DigestStream& DigestStream::operator=(DigestStream&&) noexcept = default;

void DigestStream::add(Bytes bytes) {
  XXH3_128bits_update(&state_->state, bytes.data(), bytes.size());
}

Digest DigestStream::digest() const { return digest_of(XXH3_128bits_digest(&state_->state)); }

Slot slot_of_key(Bytes key) { return Slot(static_cast<uint16_t>(xxh3(key) % kSlots)); }

}  // namespace usher

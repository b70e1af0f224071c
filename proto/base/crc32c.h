// CRC32C (Castagnoli), for damage: torn writes, flipped bits. Uses the processor's instruction
// where it has one; the portable twin gives the same number on any machine and is what the fast one
// is held to.
#pragma once

#include <cstdint>

#include "proto/base/bytes.h"

namespace usher {

// The CRC of `before` continued over the bytes; crc32c(b, crc32c(a)) is the CRC of a then b.
uint32_t crc32c(Bytes bytes, uint32_t before = 0);
uint32_t crc32c_portable(Bytes bytes, uint32_t before = 0);
// False where crc32c() is the portable twin.
bool crc32c_is_hardware();

}  // namespace usher

// Numbers in bytes. Everything Usher stores or sends is little-endian and may stand unaligned.
#pragma once

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstring>

namespace usher {

static_assert(std::endian::native == std::endian::little,
              "loads and stores below copy as they are");

template <std::integral T>
T load_le(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <std::integral T>
void store_le(std::byte* to, T value) {
  std::memcpy(to, &value, sizeof value);
}

}  // namespace usher

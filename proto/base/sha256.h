// SHA-256, over OpenSSL. Sections, chains and settings are named by it.
#pragma once

#include <array>
#include <initializer_list>

#include "proto/base/bytes.h"

namespace usher {

struct Sha256 {
  std::array<std::byte, 32> value{};
  Bytes bytes() const { return value; }
  friend bool operator==(const Sha256&, const Sha256&) = default;
};

// The hash of the pieces, one behind the other. Any thread.
Sha256 sha256(std::initializer_list<Bytes> pieces);
inline Sha256 sha256(Bytes bytes) { return sha256({bytes}); }

}  // namespace usher

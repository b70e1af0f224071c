// Cap'n Proto's own headers, as every codec includes them. Its 0.9 compares `const char*` with
// StringPtr through a reversed operator that clang has not looked for since 16 (C++20's rule
// P2468): the two that are missing stand here, before the headers that need them.
#pragma once

#include <kj/string.h>

#if defined(__clang__)
namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b.operator==(StringPtr(a)); }
inline bool operator!=(const char* a, const StringPtr& b) { return !(a == b); }
}  // namespace kj
#endif

#include <capnp/message.h>
#include <capnp/serialize-packed.h>
#include <capnp/serialize.h>

namespace usher::schema {

// For a message of so many words that nobody vouches for. A list of empty structs takes no bytes
// however long it says it is: what may be read grows with what came. Whoever reads honestly needs
// each word once or twice.
inline capnp::ReaderOptions untrusted(size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 4 * words + 64;
  options.nestingLimit = 16;
  return options;
}

}  // namespace usher::schema

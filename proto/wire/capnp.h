// Cap'n Proto and the schemas, as this folder includes them. Its 0.9 compares `const char*` with
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
#include <capnp/serialize.h>

#include "proto/schema/cluster_record.capnp.h"
#include "proto/schema/envelope.capnp.h"

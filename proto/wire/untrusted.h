// Cap'n Proto messages from bytes that nobody vouches for: bounds, depth and sizes are checked, an
// exception becomes an error. For the codecs of this folder.
#pragma once

#include <functional>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/capnp.h"

namespace usher::wire {

// Calls `read` with the message; ENVELOPE_MALFORMED names what is wrong with the bytes, or what
// `read` found by an exception of Cap'n Proto's. The bytes may stand unaligned.
Result<void> read_untrusted(Bytes bytes, const std::function<void(capnp::MessageReader&)>& read);

Buffer buffer_of(capnp::MessageBuilder& message);

}  // namespace usher::wire

#include "proto/wire/untrusted.h"

#include <cstring>

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::wire {

Result<void> read_untrusted(Bytes bytes, const std::function<void(capnp::MessageReader&)>& read) {
  if (bytes.size() % sizeof(capnp::word) != 0 || bytes.empty())
    return fail(ErrorCode::ENVELOPE_MALFORMED,
                fmt::format("{} bytes are not a whole number of words", bytes.size()));
  if (bytes.size() > limits::kEnvelopeBytes)
    return fail(ErrorCode::ENVELOPE_MALFORMED,
                fmt::format("{} bytes, the limit is {}", bytes.size(), limits::kEnvelopeBytes));
  // Cap'n Proto reads words where they stand; what stands between two is moved.
  kj::Array<capnp::word> moved;
  auto words = kj::arrayPtr(reinterpret_cast<const capnp::word*>(bytes.data()),
                            bytes.size() / sizeof(capnp::word));
  if (reinterpret_cast<uintptr_t>(bytes.data()) % alignof(capnp::word) != 0) {
    moved = kj::heapArray<capnp::word>(words.size());
    std::memcpy(moved.begin(), bytes.data(), bytes.size());
    words = moved;
  }
  try {
    capnp::FlatArrayMessageReader message(words, schema::untrusted(words.size()));
    read(message);
    return {};
  } catch (const kj::Exception& broken) {
    return fail(ErrorCode::ENVELOPE_MALFORMED, broken.getDescription().cStr());
  }
}

Buffer buffer_of(capnp::MessageBuilder& message) {
  kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return Buffer::copy_of({reinterpret_cast<const std::byte*>(bytes.begin()), bytes.size()});
}

}  // namespace usher::wire

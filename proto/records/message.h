// One value as one packed Cap'n Proto message, out and in: what the codecs of records and store
// entries share. The same value gives the same bytes, because the audit compares them. The first
// segment is large enough for nearly all, and stands on the stack.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/result.h"
#include "proto/schema/capnp.h"

namespace usher::records {

constexpr size_t kStackWords = 160;

// The largest record or entry, unpacked: what a reader may be made to hold.
constexpr size_t kMessageWords = 2 * limits::kRecordBytes / sizeof(capnp::word);

inline std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::RECORD_MALFORMED, std::string(what));
}

inline std::string packed(capnp::MessageBuilder& message) {
  // A word packs into at most nine bytes, and a byte more for a run of them.
  size_t words = capnp::computeSerializedSizeInWords(message);
  std::string bytes(words * 10 + 16, '\0');
  kj::ArrayOutputStream out(
      kj::arrayPtr(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()));
  capnp::writePackedMessage(out, message);
  bytes.resize(out.getArray().size());
  return bytes;
}

template <class Root, class Write>
std::string packed(Write&& write) {
  capnp::word space[kStackWords] = {};
  capnp::MallocMessageBuilder message(kj::arrayPtr(space, kStackWords));
  write(message.initRoot<Root>());
  return packed(message);
}

// `read` takes the root and gives a Result; what Cap'n Proto throws meanwhile is caught here.
// The reader may throw when it ends, and clang does not destroy what a function is returning at
// that moment (CWG 2426): the result is made outside the reader's scope.
template <class Root, class Read>
auto unpacked(std::string_view bytes, Read&& read)
    -> decltype(read(std::declval<typename Root::Reader>())) {
  std::optional<decltype(read(std::declval<typename Root::Reader>()))> result;
  try {
    auto packed = kj::arrayPtr(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    size_t words = capnp::computeUnpackedSizeInWords(packed);
    if (words > kMessageWords)
      return malformed(fmt::format("{} bytes unpack to {} words", bytes.size(), words));
    capnp::word space[kStackWords];
    kj::ArrayInputStream in(packed);
    capnp::PackedMessageReader message(in, schema::untrusted(words),
                                       kj::arrayPtr(space, kStackWords));
    result.emplace(read(message.getRoot<Root>()));
  } catch (const kj::Exception& broken) {
    return malformed(broken.getDescription().cStr());
  }
  return *std::move(result);
}

}  // namespace usher::records

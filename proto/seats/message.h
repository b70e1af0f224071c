// One value as one packed Cap'n Proto message, out and in: what the codecs of this folder share.
// The first segment is large enough for nearly all, and stands on the stack.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/result.h"
#include "proto/schema/capnp.h"
#include "proto/schema/seats.capnp.h"
#include "proto/seats/reservation_id.h"

namespace usher::seats {

namespace wire = schema::seats;

constexpr size_t kStackWords = 160;

// The largest record or entry, unpacked: what a reader may be made to hold.
constexpr size_t kMessageWords = 2 * limits::kRecordBytes / sizeof(capnp::word);

inline std::unexpected<Error> malformed(std::string_view what) {
  return fail(ErrorCode::RECORD_MALFORMED, std::string(what));
}

template <class Root, class Write>
std::string packed(Write&& write) {
  capnp::word space[kStackWords] = {};
  capnp::MallocMessageBuilder message(kj::arrayPtr(space, kStackWords));
  write(message.initRoot<Root>());
  // A word packs into at most nine bytes, and a byte more for a run of them.
  size_t words = capnp::computeSerializedSizeInWords(message);
  std::string bytes(words * 10 + 16, '\0');
  kj::ArrayOutputStream out(
      kj::arrayPtr(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()));
  capnp::writePackedMessage(out, message);
  bytes.resize(out.getArray().size());
  return bytes;
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

// --- fields ---

inline std::string text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
inline kj::StringPtr to_kj(const std::string& text) { return {text.c_str(), text.size()}; }

template <class Builder>
void set_id(Builder&& to, const ReservationId& id) {
  to.setIdHigh(id.high);
  to.setIdLow(id.low);
}
template <class Reader>
ReservationId id_of(Reader&& from) {
  return {.high = from.getIdHigh(), .low = from.getIdLow()};
}

// A number that names one of an enum's first `kinds` values.
template <class Enum>
Result<Enum> enum_of(uint8_t number, size_t kinds, std::string_view what) {
  if (number >= kinds) return malformed(fmt::format("{} {} is not known", what, number));
  return static_cast<Enum>(number);
}

inline std::vector<Seat> seats_of(capnp::List<uint32_t>::Reader list) {
  std::vector<Seat> seats;
  seats.reserve(list.size());
  for (uint32_t seat : list) seats.push_back(Seat::of(seat));
  return seats;
}
inline void set_seats(capnp::List<uint32_t>::Builder list, const std::vector<Seat>& seats) {
  for (size_t i = 0; i < seats.size(); ++i) list.set(static_cast<unsigned>(i), seats[i].packed());
}

}  // namespace usher::seats

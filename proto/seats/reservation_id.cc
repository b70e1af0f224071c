#include "proto/seats/reservation_id.h"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "proto/base/hash.h"
#include "proto/base/little_endian.h"
#include "proto/base/quote.h"
#include "proto/base/sha256.h"

namespace usher::seats {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr size_t kTextLength = 26;
constexpr uint64_t kKeyed = 1;
constexpr uint64_t kTimeMask = (uint64_t{1} << 48) - 1;

uint64_t head(std::string_view event, uint64_t kind) {
  return uint64_t{slot_of_key(as_bytes(event)).value()} << 52 | kind << 48;
}

void append_big_endian(std::string& to, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

uint64_t load_big_endian(const char* from) {
  return __builtin_bswap64(load_le<uint64_t>(reinterpret_cast<const std::byte*>(from)));
}

}  // namespace

std::optional<WallTime> ReservationId::made_at() const {
  if (keyed()) return std::nullopt;
  return WallTime(static_cast<int64_t>(high & kTimeMask) * 1000);
}

std::string ReservationId::key() const {
  std::string bytes;
  bytes.reserve(16);
  append_big_endian(bytes, high);
  append_big_endian(bytes, low);
  return bytes;
}

std::string ReservationId::text() const {
  std::string text(kTextLength, '0');
  uint64_t rest_high = high, rest_low = low;
  for (size_t i = kTextLength; i-- > 0;) {
    text[i] = kDigits[rest_low & 31];
    rest_low = rest_low >> 5 | rest_high << 59;
    rest_high >>= 5;
  }
  return text;
}

ReservationId make_id(std::string_view event, WallTime now, uint64_t random) {
  auto ms = static_cast<uint64_t>(std::max<int64_t>(now.us_since_1970(), 0) / 1000);
  return {.high = head(event, 0) | (ms & kTimeMask), .low = random};
}

ReservationId make_keyed_id(std::string_view event, std::string_view user, std::string_view key) {
  // Neither an event nor a user holds a zero byte: three other texts are other bytes.
  constexpr std::string_view kEnd("\0", 1);
  Sha256 hash =
      sha256({as_bytes(event), as_bytes(kEnd), as_bytes(user), as_bytes(kEnd), as_bytes(key)});
  return {.high = head(event, kKeyed) | (load_le<uint64_t>(hash.value.data()) & kTimeMask),
          .low = load_le<uint64_t>(hash.value.data() + 8)};
}

Result<ReservationId> parse_reservation_id(std::string_view text) {
  auto refuse = [&] {
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is not the id of a reservation", quote(cut_utf8(text, 80))));
  };
  // 26 digits hold 130 bits, of which the first two are 0.
  if (text.size() != kTextLength || text[0] > '7') return refuse();
  ReservationId id;
  for (char c : text) {
    size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) return refuse();
    id.high = id.high << 5 | id.low >> 59;
    id.low = id.low << 5 | digit;
  }
  if ((id.high >> 48 & 0xf) > kKeyed) return refuse();
  return id;
}

std::optional<ReservationId> reservation_id_of_key(std::string_view key) {
  if (key.size() != 16) return std::nullopt;
  return ReservationId{.high = load_big_endian(key.data()), .low = load_big_endian(key.data() + 8)};
}

}  // namespace usher::seats

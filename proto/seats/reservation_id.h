// The id of a reservation: 128 bits that say where it is asked for, so that no second index is
// needed. It has the slot of its event first; then what it is made of. Pure; for all who make or
// read ids.
//
//     slot of the event : 12 │ 0 : 4 │ made at, ms since 1970 : 48 │ random : 64     without a key
//     slot of the event : 12 │ 1 : 4 │ SHA-256 of event, user, key : 112             with a key
//
// As text it is 26 characters of 0–9 a–z without i l o u (Crockford's base 32, highest bits first).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/time.h"

namespace usher::seats {

struct ReservationId {
  uint64_t high = 0;
  uint64_t low = 0;
  friend auto operator<=>(const ReservationId&, const ReservationId&) = default;

  bool keyed() const { return (high >> 48 & 0xf) == 1; }
  Slot slot() const { return Slot(static_cast<uint16_t>(high >> 52)); }
  // To the millisecond; none with a key, whose id is the same whenever it is made.
  std::optional<WallTime> made_at() const;
  // Big-endian: in the order of the numbers, hence by slot.
  std::string key() const;
  std::string text() const;
};

// `random` is fresh for every call.
ReservationId make_id(std::string_view event, WallTime now, uint64_t random);
// The same three, the same id.
ReservationId make_keyed_id(std::string_view event, std::string_view user, std::string_view key);

// INVALID_ARGUMENT for what text() never gives.
Result<ReservationId> parse_reservation_id(std::string_view text);
// The 16 bytes of key().
std::optional<ReservationId> reservation_id_of_key(std::string_view key);

}  // namespace usher::seats

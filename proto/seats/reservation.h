// Reservations as plain values: commands, the records of a decision from request to completion, and
// what the stores keep. A record's key is the event's id, which none but Completed repeats.
//
//     ReservationCommand ─→ Requested ─→ Outcome ─→ Completed      (topics, in one step)
//          pay, cancel, a deadline ────────────────→ Completed
//
//     PENDING ─→ CONFIRMED ─→ PAID | CANCELLED | EXPIRED
//          └───→ REJECTED                                  the others are final
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/base/hash.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/seats/reservation_id.h"
#include "proto/seats/seat.h"

namespace usher::seats {

// PENDING is never stored: it is what a client sees before the log has decided.
enum class Status : uint8_t { kPending, kConfirmed, kRejected, kPaid, kCancelled, kExpired };
enum class Reason : uint8_t {
  kNone,
  kSoldOut,          // a: seats available
  kNoAdjacentSeats,  // a: longest free run
  kSeatTaken,        // a, b: row and number of the first
  kUnknownEvent,
  kUnknownSection,
  kUnknownSeat,    // a, b: row and number of the first
  kDuplicateSeat,  // a, b: row and number of the first
  kLimitExceeded,  // a: seats the user has, b: the limit
  kNotOpen,
  kClosed,
  kInvalidCount,  // a: what was asked for
  kKeyReused,
};
std::string_view name_of(Status status);  // "CONFIRMED"
std::string_view name_of(Reason reason);  // "SOLD_OUT"; "" for kNone
constexpr bool is_final(Status status) {
  return status != Status::kPending && status != Status::kConfirmed;
}

struct Why {
  Reason reason = Reason::kNone;
  uint32_t a = 0;
  uint32_t b = 0;
  friend bool operator==(const Why&, const Why&) = default;
};
// In words: "longest free run in A is 2".
std::string detail_of(const Why& why, std::string_view section);

// --- commands ---

struct Reserve {
  std::string section = {};
  std::string user = {};
  uint32_t count = 0;
  bool split = false;
  std::vector<Seat> seats = {};  // exactly these; empty: the best available
  friend bool operator==(const Reserve&, const Reserve&) = default;
};
struct Pay {
  friend bool operator==(const Pay&, const Pay&) = default;
};
struct Cancel {
  friend bool operator==(const Cancel&, const Cancel&) = default;
};

struct ReservationCommand {
  ReservationId id = {};
  std::variant<Reserve, Pay, Cancel> what;
  friend bool operator==(const ReservationCommand&, const ReservationCommand&) = default;
};

// Two bodies with the same fields have the same digest; the order of `seats` is none of them.
// With a key, a gateway tells by it whether a reservation is the one it asked for.
Digest digest_of(const Reserve& reserve);

// --- the store's entries ---

enum class EntryKind : uint8_t {
  kWhole,
  kDuplicate,  // stands for `first`
  kTombstone,  // of a finished one with a key: times and what was held are gone
};

struct ReservationEntry {
  std::string event = {};
  std::string section = {};
  std::string user = {};
  uint32_t count = 0;
  std::vector<Seat> seats = {};  // by row, then number
  Status status = Status::kPending;
  EntryKind kind = EntryKind::kWhole;
  Why why = {};
  ReservationId first = {};  // of a duplicate
  Digest body = {};
  Offset offset = {};  // of its command
  WallTime made_at = {};
  std::optional<WallTime> held_until = {};  // while CONFIRMED; none: for ever
  friend bool operator==(const ReservationEntry&, const ReservationEntry&) = default;
};

// A user at an event.
struct UserEntry {
  // A reservation without a key, to which another one resolves while log time < until.
  struct Recent {
    std::string section = {};
    ReservationId first = {};
    WallTime until = {};
    friend bool operator==(const Recent&, const Recent&) = default;
  };
  uint32_t seats = 0;  // CONFIRMED and PAID, over all sections
  std::vector<Recent> recent = {};
  bool empty() const { return seats == 0 && recent.empty(); }
  friend bool operator==(const UserEntry&, const UserEntry&) = default;
};

// --- records ---

// A new reservation was asked for.
struct Requested {
  ReservationId id = {};
  Offset command_offset = {};
  Reserve reserve = {};
  friend bool operator==(const Requested&, const Requested&) = default;
};

// What was decided about it: seats, or why not.
struct Outcome {
  ReservationId id = {};
  std::vector<Seat> seats = {};
  Why why = {};
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

enum class Cause : uint8_t { kReserve, kPay, kCancel, kExpiry };

// What became of a command, exactly one for each, or of a deadline; and the reservation as it is
// afterwards. `granted` is false where a state forbade it, the id is unknown, or the key was used
// for another body: then `reservation` is what the id names (with KEY_REUSED as its reason), and
// nothing `changed`.
struct Completed {
  ReservationId id = {};
  Offset command_offset = {};  // 0 for an expiry
  Cause cause = Cause::kReserve;
  bool known = true;
  bool granted = true;
  bool changed = true;
  // With its event: by the link to the view by user, this record gets another key.
  ReservationEntry reservation = {};
  friend bool operator==(const Completed&, const Completed&) = default;
};

}  // namespace usher::seats

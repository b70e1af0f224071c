#include "proto/seats/reservation.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace usher::seats {
namespace {

constexpr std::array<std::string_view, 6> kStatusNames = {"PENDING", "CONFIRMED", "REJECTED",
                                                          "PAID",    "CANCELLED", "EXPIRED"};
constexpr std::array<std::string_view, 13> kReasonNames = {"",
                                                           "SOLD_OUT",
                                                           "NO_ADJACENT_SEATS",
                                                           "SEAT_TAKEN",
                                                           "UNKNOWN_EVENT",
                                                           "UNKNOWN_SECTION",
                                                           "UNKNOWN_SEAT",
                                                           "DUPLICATE_SEAT",
                                                           "LIMIT_EXCEEDED",
                                                           "NOT_OPEN",
                                                           "CLOSED",
                                                           "INVALID_COUNT",
                                                           "KEY_REUSED"};

}  // namespace

std::string_view name_of(Status status) { return kStatusNames[static_cast<size_t>(status)]; }
std::string_view name_of(Reason reason) { return kReasonNames[static_cast<size_t>(reason)]; }

std::string detail_of(const Why& why, std::string_view section) {
  switch (why.reason) {
    case Reason::kNone:
      return "";
    case Reason::kSoldOut:
      return fmt::format("seats left in {}: {}", section, why.a);
    case Reason::kNoAdjacentSeats:
      return fmt::format("longest free run in {} is {}", section, why.a);
    case Reason::kSeatTaken:
      return fmt::format("{}-{}-{} is not available", section, why.a, why.b);
    case Reason::kUnknownEvent:
      return "there is no such event";
    case Reason::kUnknownSection:
      return fmt::format("the event has no section {}", section);
    case Reason::kUnknownSeat:
      return fmt::format("there is no seat {}-{}-{}", section, why.a, why.b);
    case Reason::kDuplicateSeat:
      return fmt::format("{}-{}-{} is named twice", section, why.a, why.b);
    case Reason::kLimitExceeded:
      return fmt::format("the user has {} seats of at most {}", why.a, why.b);
    case Reason::kNotOpen:
      return "the sale has not opened";
    case Reason::kClosed:
      return "the sale has closed";
    case Reason::kInvalidCount:
      return fmt::format("{} seats were asked for", why.a);
    case Reason::kKeyReused:
      return "the key was used for another request";
  }
  return "";
}

Digest digest_of(const Reserve& reserve) {
  std::vector<Seat> seats = reserve.seats;
  std::ranges::sort(seats);
  // Ids hold no '/'.
  std::string fields = fmt::format("{}/{}/{}/{}", reserve.section, reserve.user, reserve.count,
                                   reserve.split ? 1 : 0);
  for (Seat seat : seats) fields += fmt::format("/{}", seat.packed());
  return xxh3_128(as_bytes(fields));
}

}  // namespace usher::seats

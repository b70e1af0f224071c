// What the seats app calls its space, topics and stores, and how the keys of its stores are made.
// Gateway, command line, processors and audit agree here. Ids hold no '/', so it parts them.
//
//     store         key                          entry
//     events        EVENT                        EventEntry
//     sections      EVENT/SECTION                SectionMap
//     reservations  16 bytes of the id           ReservationEntry
//     users         EVENT/USER                   UserEntry
//     answers       EVENT/16 bytes of the id     SeatEvent
//
// and, of another app in another space, the view by user:
//
//     orders        USER/16 bytes of the id      ReservationEntry
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace usher::seats {

constexpr std::string_view kSpace = "events";
// A link brings reservation-completed here, keyed by the reservation's user.
constexpr std::string_view kOrdersSpace = "orders";

enum class Topic : uint8_t {
  kEventCommands,        // written from outside
  kReservationCommands,  // written from outside
  kSeatEvents,
  kReservationRequests,
  kReservationResults,
  kReservationCompleted,
  kSectionStatus,
};
constexpr std::array<std::string_view, 7> kTopicNames = {
    "event-commands",      "reservation-commands",  "seat-events",   "reservation-requests",
    "reservation-results", "reservation-completed", "section-status"};
constexpr std::string_view name_of(Topic topic) { return kTopicNames[static_cast<size_t>(topic)]; }

enum class Store : uint8_t { kEvents, kSections, kReservations, kUsers, kAnswers, kOrders };
constexpr std::array<std::string_view, 6> kStoreNames = {"events", "sections", "reservations",
                                                         "users",  "answers",  "orders"};
constexpr std::string_view name_of(Store store) { return kStoreNames[static_cast<size_t>(store)]; }

inline std::string joined_key(std::string_view event, std::string_view rest) {
  std::string key;
  key.reserve(event.size() + 1 + rest.size());
  key.append(event).append(1, '/').append(rest);
  return key;
}
inline std::string section_key(std::string_view event, std::string_view section) {
  return joined_key(event, section);
}
inline std::string user_key(std::string_view event, std::string_view user) {
  return joined_key(event, user);
}

// 1–64 of A–Z a–z 0–9 . _ : -
bool is_name(std::string_view text);

}  // namespace usher::seats

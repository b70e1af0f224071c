// Events as plain values: what may be asked of them (topic event-commands), what became of it
// (topic seat-events), and what the store keeps. A value never repeats the event's id: it is the
// record's key.
//
//     EventCommand ─→ decide ─→ SeatEvent      exactly one, with the command's offset
//                        └────→ EventEntry, SectionMap, SectionStatus
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
#include "proto/seats/seat.h"

namespace usher::seats {

// 128 random bits of whoever sends an event command, kept when it is sent again.
struct CommandId {
  uint64_t high = 0;
  uint64_t low = 0;
  friend bool operator==(const CommandId&, const CommandId&) = default;
};

struct SectionShape {
  std::string name = {};
  uint16_t rows = 0;
  uint16_t seats_per_row = 0;
  friend bool operator==(const SectionShape&, const SectionShape&) = default;
};

struct SectionSeats {
  std::string section = {};
  std::vector<Seat> seats = {};
  friend bool operator==(const SectionSeats&, const SectionSeats&) = default;
};

struct EventSettings {
  std::optional<WallTime> opens_at = {};   // none: open from the start
  std::optional<WallTime> closes_at = {};  // none: never closes
  uint32_t limit_per_user = 0;             // 0: none
  uint32_t hold_s = 600;                   // 0: never expires
  uint32_t dedup_s = 3600;                 // 0: off
  friend bool operator==(const EventSettings&, const EventSettings&) = default;
};

// --- commands ---

struct CreateEvent {
  EventSettings settings = {};
  std::vector<SectionShape> sections = {};
  friend bool operator==(const CreateEvent&, const CreateEvent&) = default;
};
struct AddSection {
  SectionShape shape = {};
  friend bool operator==(const AddSection&, const AddSection&) = default;
};
// Counts from its place in the log. What is not set stays; a time set to none is taken away.
struct AlterEvent {
  std::optional<std::optional<WallTime>> opens_at = {};
  std::optional<std::optional<WallTime>> closes_at = {};
  std::optional<uint32_t> limit_per_user = {};
  friend bool operator==(const AlterEvent&, const AlterEvent&) = default;
};
// All of the seats, or none.
struct BlockSeats {
  std::vector<SectionSeats> seats = {};
  friend bool operator==(const BlockSeats&, const BlockSeats&) = default;
};
struct ReleaseSeats {
  std::vector<SectionSeats> seats = {};
  friend bool operator==(const ReleaseSeats&, const ReleaseSeats&) = default;
};

struct EventCommand {
  CommandId command = {};
  std::variant<CreateEvent, AddSection, AlterEvent, BlockSeats, ReleaseSeats> what;
  friend bool operator==(const EventCommand&, const EventCommand&) = default;
};

// --- what became of them ---

// In the order of EventCommand's variant.
enum class EventChange : uint8_t { kCreate, kAddSection, kAlter, kBlock, kRelease };

enum class EventOutcome : uint8_t {
  kDone,            // 201 for what was made, else 200
  kUnchanged,       // 200: it was so already
  kDifferent,       // 409: an event or section of this name is another
  kUnknownEvent,    // 404
  kUnknownSection,  // 404
  kUnknownSeat,     // 404
  kSeatTaken,       // 409: reserved or sold
  kInvalid,         // 400: what the command alone, or the limits, show to be wrong
};

std::string_view name_of(EventOutcome outcome);  // "SEAT_TAKEN"

struct SeatEvent {
  CommandId command = {};
  Offset command_offset = {};
  EventChange change = EventChange::kCreate;
  EventOutcome outcome = EventOutcome::kDone;
  std::string detail = {};
  // As they are afterwards; none where there is no event.
  std::optional<EventSettings> settings = {};
  std::vector<SectionShape> sections = {};  // made by it
  std::vector<SectionSeats> seats = {};     // whose state it changed
  friend bool operator==(const SeatEvent&, const SeatEvent&) = default;
};

// What others see of a section: counts, not a map.
struct SectionStatus {
  std::string section = {};
  uint32_t available = 0;
  uint32_t reserved = 0;
  uint32_t sold = 0;
  uint32_t blocked = 0;
  uint32_t total() const { return available + reserved + sold + blocked; }
  friend bool operator==(const SectionStatus&, const SectionStatus&) = default;
};

// --- the store's entry ---

struct EventEntry {
  EventSettings settings = {};
  uint32_t sections = 0;
  uint32_t seats = 0;
  Digest body = {};  // of the command that made it: the same again changes nothing
  Offset offset = {};
  WallTime made_at = {};
  // When finished reservations leave, and how far that has got (a key of the store reservations).
  std::optional<WallTime> sweep_at = {};
  std::string sweep_from = {};
  bool sweep_leaves = false;  // it met what is not finished: another sweep will be due
  friend bool operator==(const EventEntry&, const EventEntry&) = default;
};

// The key of what became of a command, in the store `answers`.
std::string answer_key(std::string_view event, const CommandId& command);

}  // namespace usher::seats

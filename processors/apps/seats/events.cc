#include "processors/apps/seats/events.h"

#include <algorithm>

#include <fmt/format.h>

#include "processors/apps/seats/timers.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

// 9999-12-31: later ones have no text, and no sum with them may leave the type.
constexpr WallTime kLastTime{253'402'300'799'999'999};

SeatEvent answer(EventChange change, EventOutcome outcome, std::string detail = "") {
  SeatEvent event;
  event.change = change;
  event.outcome = outcome;
  event.detail = std::move(detail);
  return event;
}

std::string fault_in(const std::optional<WallTime>& opens, const std::optional<WallTime>& closes) {
  for (const auto& time : {opens, closes})
    if (time && (*time < WallTime(0) || *time > kLastTime)) return "a time outside of 1970 to 9999";
  if (opens && closes && *closes <= *opens) return "the sale closes before it opens";
  return "";
}

std::string fault_in(const EventSettings& settings) {
  if (settings.hold_s > limits::kHoldSeconds)
    return fmt::format("a hold of {} s; at most {}", settings.hold_s, limits::kHoldSeconds);
  if (settings.dedup_s > limits::kDedupSeconds)
    return fmt::format("dedup of {} s; at most {}", settings.dedup_s, limits::kDedupSeconds);
  return fault_in(settings.opens_at, settings.closes_at);
}

std::string fault_in(const SectionShape& shape) {
  if (!is_name(shape.name)) return "a section's name is 1-64 of A-Z a-z 0-9 . _ : -";
  if (shape.rows < 1 || shape.rows > limits::kRowsPerSection)
    return fmt::format("section {} has {} rows; 1 to {}", shape.name, shape.rows,
                       limits::kRowsPerSection);
  if (shape.seats_per_row < 1 || shape.seats_per_row > limits::kSeatsPerRow)
    return fmt::format("section {} has {} seats a row; 1 to {}", shape.name, shape.seats_per_row,
                       limits::kSeatsPerRow);
  return "";
}

uint64_t seats_of(const SectionShape& shape) { return uint64_t{shape.rows} * shape.seats_per_row; }

std::string fault_in_sum(uint64_t sections, uint64_t seats) {
  if (sections < 1 || sections > limits::kSectionsPerEvent)
    return fmt::format("{} sections; 1 to {}", sections, limits::kSectionsPerEvent);
  if (seats > limits::kSeatsPerEvent)
    return fmt::format("{} seats; at most {}", seats, limits::kSeatsPerEvent);
  return "";
}

// `sections` are sorted by name.
std::string fault_in(const std::vector<SectionShape>& sections) {
  uint64_t seats = 0;
  for (const SectionShape& shape : sections) {
    if (std::string fault = fault_in(shape); !fault.empty()) return fault;
    seats += seats_of(shape);
  }
  auto twice = std::ranges::adjacent_find(sections, {}, &SectionShape::name);
  if (twice != sections.end()) return fmt::format("section {} is named twice", twice->name);
  return fault_in_sum(sections.size(), seats);
}

// The sweep is due when what finished before the close has stayed long enough.
void schedule_sweep(Desk& desk, std::string_view event, EventEntry& entry) {
  if (entry.sweep_at) desk.cancel_timer(sweep_timer(event, *entry.sweep_at));
  entry.sweep_at.reset();
  entry.sweep_from.clear();
  entry.sweep_leaves = false;
  if (!entry.settings.closes_at) return;
  entry.sweep_at = std::max(*entry.settings.closes_at + in_us(limits::kFinishedStays), desk.now());
  desk.set_timer(sweep_timer(event, *entry.sweep_at));
}

}  // namespace

SeatEvent create_event(Desk& desk, std::string_view event, CreateEvent create, Offset offset) {
  constexpr auto kChange = EventChange::kCreate;
  std::vector<SectionShape> as_given = create.sections;
  std::ranges::sort(create.sections, {}, &SectionShape::name);
  std::string fault = fault_in(create.settings);
  if (fault.empty()) fault = fault_in(create.sections);
  if (!fault.empty()) return answer(kChange, EventOutcome::kInvalid, std::move(fault));

  Digest body = xxh3_128(as_bytes(encode(EventCommand{.command = {}, .what = create})));
  if (std::optional<EventEntry> there = desk.event(event)) {
    if (there->body == body) return answer(kChange, EventOutcome::kUnchanged);
    return answer(kChange, EventOutcome::kDifferent, "there is another event of this id");
  }

  EventEntry entry{.settings = create.settings,
                   .sections = static_cast<uint32_t>(create.sections.size()),
                   .seats = 0,
                   .body = body,
                   .offset = offset,
                   .made_at = desk.now(),
                   .sweep_at = {},
                   .sweep_from = {},
                   .sweep_leaves = false};
  for (const SectionShape& shape : as_given) {
    entry.seats += static_cast<uint32_t>(seats_of(shape));
    desk.put_section(event, shape.name, SectionMap(shape.rows, shape.seats_per_row));
  }
  schedule_sweep(desk, event, entry);
  desk.put(Store::kEvents, std::string(event), entry);
  SeatEvent done = answer(kChange, EventOutcome::kDone);
  done.settings = entry.settings;
  done.sections = std::move(as_given);
  return done;
}

SeatEvent add_section(Desk& desk, std::string_view event, const AddSection& add) {
  constexpr auto kChange = EventChange::kAddSection;
  if (std::string fault = fault_in(add.shape); !fault.empty())
    return answer(kChange, EventOutcome::kInvalid, std::move(fault));
  std::optional<EventEntry> entry = desk.event(event);
  if (!entry) return answer(kChange, EventOutcome::kUnknownEvent, "there is no such event");
  if (std::optional<SectionMap> there = desk.section(event, add.shape.name)) {
    if (there->rows() == add.shape.rows && there->seats_per_row() == add.shape.seats_per_row)
      return answer(kChange, EventOutcome::kUnchanged);
    return answer(
        kChange, EventOutcome::kDifferent,
        fmt::format("section {} is {}x{}", add.shape.name, there->rows(), there->seats_per_row()));
  }
  std::string fault =
      fault_in_sum(uint64_t{entry->sections} + 1, entry->seats + seats_of(add.shape));
  if (!fault.empty()) return answer(kChange, EventOutcome::kInvalid, std::move(fault));
  entry->sections += 1;
  entry->seats += static_cast<uint32_t>(seats_of(add.shape));
  desk.put_section(event, add.shape.name, SectionMap(add.shape.rows, add.shape.seats_per_row));
  desk.put(Store::kEvents, std::string(event), *entry);
  SeatEvent done = answer(kChange, EventOutcome::kDone);
  done.sections.push_back(add.shape);
  return done;
}

SeatEvent alter_event(Desk& desk, std::string_view event, const AlterEvent& alter) {
  constexpr auto kChange = EventChange::kAlter;
  std::optional<EventEntry> entry = desk.event(event);
  if (!entry) return answer(kChange, EventOutcome::kUnknownEvent, "there is no such event");
  EventSettings before = entry->settings;
  EventSettings& settings = entry->settings;
  settings.opens_at = alter.opens_at.value_or(settings.opens_at);
  settings.closes_at = alter.closes_at.value_or(settings.closes_at);
  settings.limit_per_user = alter.limit_per_user.value_or(settings.limit_per_user);
  if (std::string fault = fault_in(settings); !fault.empty())
    return answer(kChange, EventOutcome::kInvalid, std::move(fault));
  if (settings == before) return answer(kChange, EventOutcome::kUnchanged);
  if (settings.closes_at != before.closes_at) schedule_sweep(desk, event, *entry);
  desk.put(Store::kEvents, std::string(event), *entry);
  SeatEvent done = answer(kChange, EventOutcome::kDone);
  done.settings = settings;
  return done;
}

}  // namespace usher::seats

// Where one decision is made: the state's entries as values on one side, the decision being written
// on the other. It reads the state as it was before: no rule reads what it has written.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "processors/apps/seats/decision.h"
#include "processors/apps/seats/state.h"
#include "proto/base/check.h"
#include "proto/seats/codec.h"

namespace usher::seats {

class Desk {
 public:
  Desk(const State& state, WallTime now) : state_(state), now_(now) {}
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  const State& state() const { return state_; }
  // The log's time: of the input, or the deadline of the timer.
  WallTime now() const { return now_; }

  template <class Entry>
  std::optional<Entry> read(Store store, std::string_view key) const {
    std::optional<std::string_view> bytes = state_.get(store, key);
    if (!bytes) return std::nullopt;
    Result<Entry> entry = decode<Entry>(*bytes);
    CHECK(entry.has_value(), "the state holds what decide wrote");
    return std::move(*entry);
  }
  std::optional<EventEntry> event(std::string_view id) const {
    return read<EventEntry>(Store::kEvents, id);
  }
  std::optional<SectionMap> section(std::string_view event, std::string_view name) const {
    return read<SectionMap>(Store::kSections, section_key(event, name));
  }
  std::optional<ReservationEntry> reservation(const ReservationId& id) const {
    return read<ReservationEntry>(Store::kReservations, id.key());
  }
  UserEntry user(std::string_view event, std::string_view name) const {
    return read<UserEntry>(Store::kUsers, user_key(event, name)).value_or(UserEntry{});
  }

  template <class Entry>
  void put(Store store, std::string key, const Entry& entry) {
    decision_.changes.push_back({store, std::move(key), encode(entry)});
  }
  void erase(Store store, std::string key) {
    decision_.changes.push_back({store, std::move(key), std::nullopt});
  }
  void put_reservation(const ReservationId& id, const ReservationEntry& entry) {
    put(Store::kReservations, id.key(), entry);
  }
  // An entry that says nothing is none.
  void put_user(std::string_view event, std::string_view name, const UserEntry& entry) {
    if (entry.empty()) return erase(Store::kUsers, user_key(event, name));
    put(Store::kUsers, user_key(event, name), entry);
  }
  // The section's entry, and what others see of it.
  void put_section(std::string_view event, std::string_view name, const SectionMap& map) {
    put(Store::kSections, section_key(event, name), map);
    send(Topic::kSectionStatus, event,
         SectionStatus{.section = std::string(name),
                       .available = map.count(SeatState::kAvailable),
                       .reserved = map.count(SeatState::kReserved),
                       .sold = map.count(SeatState::kSold),
                       .blocked = map.count(SeatState::kBlocked)});
  }

  void set_timer(TimerName name) { decision_.timers.push_back({std::move(name), true}); }
  void cancel_timer(TimerName name) { decision_.timers.push_back({std::move(name), false}); }

  template <class Value>
  void send(Topic topic, std::string_view event, const Value& value) {
    decision_.records.push_back({topic, std::string(event), encode(value)});
  }

  Decision take() { return std::move(decision_); }

 private:
  const State& state_;
  WallTime now_;
  Decision decision_;
};

}  // namespace usher::seats

// A task in miniature: the seats' state as maps, timers as a set, the records that went out. It
// does with decisions what the real task does, and looks at the state as an auditor would.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "processors/apps/seats/decide.h"
#include "proto/seats/codec.h"

namespace usher::seats {

class Hall : public State {
 public:
  std::optional<std::string_view> get(Store store, std::string_view key) const override;
  void scan(Store store, std::string_view prefix, std::string_view from,
            const Visit& visit) const override;

  // --- driving it: the log's time moves on, timers that are due fire before the command ---
  WallTime now() const { return now_; }
  void advance(Duration by);
  // What became of it, as sent on: of an event command, of a reservation command.
  SeatEvent send(std::string_view event, EventCommand command);
  Completed send(std::string_view event, const ReservationCommand& command);
  // The raw way; the error is the input's.
  Result<Decision> send(Topic topic, std::string_view event, std::string_view value);
  Offset last_offset() const { return Offset(next_offset_ - 1); }

  // --- looking at it ---
  std::optional<EventEntry> event(std::string_view id) const;
  std::optional<ReservationEntry> reservation(const ReservationId& id) const;
  UserEntry user(std::string_view event, std::string_view name) const;
  // "..RS" a row, rows parted by '/'; "" where there is no such section.
  std::string seats(std::string_view event, std::string_view section) const;
  size_t entries(Store store) const { return stores_[static_cast<size_t>(store)].size(); }
  const std::set<TimerName>& timers() const { return timers_; }
  const std::vector<Record>& records() const { return records_; }
  const Decision& last() const { return last_; }

  // What must never be seen (docs/testing.md): the first thing wrong with the state; "" is well.
  std::string fault() const;

 protected:
  void apply(const Decision& decision);

 private:
  void fire_timers();
  std::string fault_of_reservation(std::string_view key, const ReservationEntry& entry,
                                   std::map<std::string, std::string>& holders,
                                   std::map<std::string, uint32_t>& held) const;
  std::string fault_of_sections(const std::map<std::string, std::string>& holders) const;

  std::array<std::map<std::string, std::string, std::less<>>, kStoreNames.size()> stores_;
  std::set<TimerName> timers_;
  std::vector<Record> records_;
  Decision last_;
  WallTime now_{1'800'000'000'000'000};
  uint64_t next_offset_ = 100;
};

}  // namespace usher::seats

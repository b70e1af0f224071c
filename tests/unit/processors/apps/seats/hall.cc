#include "tests/unit/processors/apps/seats/hall.h"

#include <fmt/format.h>

#include "processors/apps/seats/timers.h"
#include "proto/base/check.h"

namespace usher::seats {
namespace {

template <class Value>
Value decoded(std::string_view bytes) {
  Result<Value> value = decode<Value>(bytes);
  CHECK(value.has_value(), "what decide wrote can be read");
  return std::move(*value);
}

// The only record of the topic among these.
template <class Value>
Value only(const std::vector<Record>& records, Topic topic) {
  std::optional<Value> found;
  for (const Record& record : records) {
    if (record.topic != topic) continue;
    CHECK(!found, "a command has one outcome");
    found = decoded<Value>(record.value);
  }
  CHECK(found, "a command has an outcome");
  return std::move(*found);
}

}  // namespace

std::optional<std::string_view> Hall::get(Store store, std::string_view key) const {
  const auto& entries = stores_[static_cast<size_t>(store)];
  auto at = entries.find(key);
  return at == entries.end() ? std::nullopt : std::optional<std::string_view>(at->second);
}

void Hall::scan(Store store, std::string_view prefix, std::string_view from,
                const Visit& visit) const {
  const auto& entries = stores_[static_cast<size_t>(store)];
  for (auto at = entries.lower_bound(std::max(prefix, from)); at != entries.end(); ++at)
    if (!at->first.starts_with(prefix) || !visit(at->first, at->second)) return;
}

void Hall::advance(Duration by) {
  now_ = now_ + std::chrono::duration_cast<std::chrono::microseconds>(by);
  fire_timers();
}

void Hall::fire_timers() {
  while (!timers_.empty() && timers_.begin()->deadline <= now_) {
    TimerName due = *timers_.begin();
    timers_.erase(timers_.begin());
    Result<Decision> decision = decide(*this, due);
    CHECK(decision.has_value(), "a timer cannot fail");
    apply(*decision);
  }
}

void Hall::apply(const Decision& decision) {
  std::set<std::pair<Store, std::string>> changed;
  for (const Change& change : decision.changes) {
    CHECK(changed.emplace(change.store, change.key).second, "no key is changed twice");
    auto& entries = stores_[static_cast<size_t>(change.store)];
    if (change.value)
      entries[change.key] = *change.value;
    else
      CHECK(entries.erase(change.key) == 1, "what is erased was there");
  }
  for (const TimerChange& change : decision.timers) {
    if (change.set)
      CHECK(timers_.insert(change.name).second, "no timer is set twice");
    else
      CHECK(timers_.erase(change.name) == 1, "what is cancelled was set");
  }
  records_.insert(records_.end(), decision.records.begin(), decision.records.end());
  last_ = decision;
}

Result<Decision> Hall::send(Topic topic, std::string_view event, std::string_view value) {
  fire_timers();
  Input input{
      .topic = topic, .offset = Offset(next_offset_++), .time = now_, .key = event, .value = value};
  Result<Decision> decision = decide(*this, input);
  if (decision) {
    CHECK(*decide(*this, input) == *decision, "the same input gives the same decision");
    apply(*decision);
  }
  return decision;
}

SeatEvent Hall::send(std::string_view event, EventCommand command) {
  Result<Decision> decision = send(Topic::kEventCommands, event, encode(command));
  CHECK(decision.has_value(), decision ? "" : decision.error().detail);
  auto outcome = only<SeatEvent>(decision->records, Topic::kSeatEvents);
  CHECK(outcome.command_offset == last_offset() && outcome.command == command.command);
  return outcome;
}

Completed Hall::send(std::string_view event, const ReservationCommand& command) {
  Result<Decision> decision = send(Topic::kReservationCommands, event, encode(command));
  CHECK(decision.has_value(), decision ? "" : decision.error().detail);
  auto outcome = only<Completed>(decision->records, Topic::kReservationCompleted);
  CHECK(outcome.command_offset == last_offset() && outcome.id == command.id);
  return outcome;
}

std::optional<EventEntry> Hall::event(std::string_view id) const {
  auto bytes = get(Store::kEvents, id);
  return bytes ? std::optional(decoded<EventEntry>(*bytes)) : std::nullopt;
}

std::optional<ReservationEntry> Hall::reservation(const ReservationId& id) const {
  auto bytes = get(Store::kReservations, id.key());
  return bytes ? std::optional(decoded<ReservationEntry>(*bytes)) : std::nullopt;
}

UserEntry Hall::user(std::string_view event, std::string_view name) const {
  auto bytes = get(Store::kUsers, user_key(event, name));
  return bytes ? decoded<UserEntry>(*bytes) : UserEntry{};
}

std::string Hall::seats(std::string_view event, std::string_view section) const {
  auto bytes = get(Store::kSections, section_key(event, section));
  if (!bytes) return "";
  auto map = decoded<SectionMap>(*bytes);
  std::string text = map.row_text(1);
  for (uint16_t row = 2; row <= map.rows(); ++row) text += "/" + map.row_text(row);
  return text;
}

std::string Hall::fault() const {
  std::map<std::string, std::string> holders;  // seat → reservation and state
  std::map<std::string, uint32_t> held;        // user's key → seats
  for (const auto& [key, value] : stores_[static_cast<size_t>(Store::kReservations)]) {
    std::string fault = fault_of_reservation(key, decoded<ReservationEntry>(value), holders, held);
    if (!fault.empty()) return fault;
  }
  if (std::string fault = fault_of_sections(holders); !fault.empty()) return fault;
  // A reservation that was paid long ago may have left; its seats still count.
  for (const auto& [key, seats] : held) {
    auto bytes = get(Store::kUsers, key);
    if (!bytes || decoded<UserEntry>(*bytes).seats < seats) return "user " + key + " has too few";
  }
  return "";
}

std::string Hall::fault_of_reservation(std::string_view key, const ReservationEntry& entry,
                                       std::map<std::string, std::string>& holders,
                                       std::map<std::string, uint32_t>& held) const {
  ReservationId id = *reservation_id_of_key(key);
  bool holds = entry.status == Status::kConfirmed || entry.status == Status::kPaid;
  if (holds && entry.seats.size() != entry.count)
    return fmt::format("{} has {} seats of {}", id.text(), entry.seats.size(), entry.count);
  bool waits = entry.held_until && timers_.contains(expire_timer(id, *entry.held_until));
  if (waits != (entry.status == Status::kConfirmed && entry.held_until.has_value()))
    return id.text() + " and its timer disagree";
  if (entry.held_until && *entry.held_until <= now_) return id.text() + " is held too long";
  if (!holds) return "";
  held[user_key(entry.event, entry.user)] += entry.count;
  for (Seat seat : entry.seats) {
    std::string name = fmt::format("{}/{}", entry.event, seat_name(entry.section, seat));
    std::string state = entry.status == Status::kPaid ? "S" : "R";
    if (!holders.emplace(name, state).second) return name + " has two holders";
  }
  return "";
}

std::string Hall::fault_of_sections(const std::map<std::string, std::string>& holders) const {
  std::map<std::string, std::string> left = holders;
  for (const auto& [key, value] : stores_[static_cast<size_t>(Store::kSections)]) {
    auto map = decoded<SectionMap>(value);
    std::array<uint32_t, 4> counts{};
    for (uint16_t row = 1; row <= map.rows(); ++row)
      for (uint16_t number = 1; number <= map.seats_per_row(); ++number) {
        Seat seat{.row = row, .number = number};
        SeatState state = map.state(seat);
        ++counts[static_cast<size_t>(state)];
        auto holder = left.find(seat_name(key, seat));
        std::string is(1, ".RSX"[static_cast<size_t>(state)]);
        if (holder != left.end() ? holder->second != is : is == "R")
          return fmt::format("{} is {}, which is not what is held", seat_name(key, seat), is);
        if (holder != left.end()) left.erase(holder);
      }
    for (size_t state = 0; state < counts.size(); ++state)
      if (counts[state] != map.count(static_cast<SeatState>(state)))
        return fmt::format("{} counts wrongly", key);
  }
  return left.empty() ? "" : left.begin()->first + " is no seat of its section";
}

}  // namespace usher::seats

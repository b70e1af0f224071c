#include "tests/unit/processors/apps/seats/naive_model.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tests/unit/processors/apps/seats/allocation_oracle.h"

namespace usher::seats {
namespace {

constexpr std::chrono::hours kDay{24};

std::string body_of(const Reserve& what) {
  std::set<Seat> seats(what.seats.begin(), what.seats.end());
  std::string text = what.section + "|" + what.user + "|" + std::to_string(what.count) + "|" +
                     (what.split ? "split" : "");
  for (Seat seat : seats) text += fmt::format("|{}-{}", seat.row, seat.number);
  return text;
}

std::string in_words(const std::vector<Seat>& seats) {
  std::string text;
  for (Seat seat : seats) text += fmt::format(" {}-{}", seat.row, seat.number);
  return text;
}

char* at(std::vector<std::string>& rows, Seat seat) {
  if (seat.row < 1 || seat.row > rows.size()) return nullptr;
  if (seat.number < 1 || seat.number > rows[0].size()) return nullptr;
  return &rows[seat.row - 1U][seat.number - 1U];
}

bool lives(const std::string& status) { return status == "CONFIRMED" || status == "PAID"; }

}  // namespace

// --- words ---

std::string said(const Completed& completed) {
  const ReservationEntry& entry = completed.reservation;
  if (entry.why.reason == Reason::kKeyReused) return "KEY_REUSED";
  if (!completed.known) return "UNKNOWN";
  std::string text(entry.why.reason == Reason::kNone || completed.cause != Cause::kReserve
                       ? name_of(entry.status)
                       : name_of(entry.why.reason));
  if (completed.cause != Cause::kReserve) return text + (completed.granted ? "" : " refused");
  for (Seat seat : entry.seats) text += fmt::format(" {}-{}", seat.row, seat.number);
  return text;
}

std::string_view said(const SeatEvent& event) {
  constexpr std::string_view kWords[] = {"DONE",          "UNCHANGED",       "DIFFERENT",
                                         "UNKNOWN_EVENT", "UNKNOWN_SECTION", "UNKNOWN_SEAT",
                                         "SEAT_TAKEN",    "INVALID"};
  return kWords[static_cast<size_t>(event.outcome)];
}

// --- time ---

void NaiveModel::advance_to(WallTime now) {
  for (;;) {
    std::optional<WallTime> next;
    auto consider = [&](const std::optional<WallTime>& time) {
      if (time && *time <= now && (!next || *time < *next)) next = time;
    };
    for (const auto& [id, booking] : reservations_) {
      consider(booking.deadline);
      consider(booking.leaves);
    }
    for (const auto& [id, event] : events_) consider(event.sweep);
    if (!next) break;
    pass(*next);
  }
  now_ = now;
}

void NaiveModel::pass(WallTime now) {
  for (auto& [id, booking] : reservations_)
    if (booking.deadline && *booking.deadline <= now) {
      booking.status = "EXPIRED";
      give_back(booking);
    }
  for (auto it = reservations_.begin(); it != reservations_.end();) {
    Booking& booking = it->second;
    bool due = booking.leaves && *booking.leaves <= now;
    if (due) booking.leaves.reset();
    bool stays = booking.keyed && events_.contains(booking.event);
    it = due && !stays ? reservations_.erase(it) : std::next(it);
  }
  for (auto& [id, event] : events_)
    if (event.sweep && *event.sweep <= now) sweep(id, event);
}

// Finished ones without a key go, with their doubles; if others are left, once more in a week.
void NaiveModel::sweep(const std::string& id, Event& event) {
  std::set<ReservationId> gone;
  bool left = false;
  for (auto& [name, booking] : reservations_) {
    if (booking.event != id || booking.first) continue;
    if (booking.status == "CONFIRMED") left = true;
    bool finished = booking.status != "CONFIRMED" && booking.status != "REJECTED";
    if (finished && !booking.keyed) gone.insert(name);
  }
  for (auto& [name, booking] : reservations_)
    if (booking.event == id && booking.first &&
        (gone.contains(*booking.first) || !reservations_.contains(*booking.first)))
      gone.insert(name);
  for (const ReservationId& name : gone) {
    const Booking& booking = reservations_.at(name);
    if (booking.status == "PAID")
      paid_and_gone_[{id, booking.user}] += static_cast<uint32_t>(booking.seats.size());
    reservations_.erase(name);
  }
  event.sweep = left ? std::optional(*event.sweep + 7 * kDay) : std::nullopt;
}

// --- reservations ---

std::string NaiveModel::reserve(const std::string& event, const ReservationId& id,
                                const Reserve& what) {
  Booking booking;
  booking.event = event;
  booking.section = what.section;
  booking.user = what.user;
  booking.body = body_of(what);
  booking.keyed = id.keyed();
  booking.made = now_;
  if (auto known = reservations_.find(id); known != reservations_.end()) {
    if (known->second.body != booking.body) return "KEY_REUSED";
    const Booking* stands = &known->second;
    if (stands->first) {
      auto first = reservations_.find(*stands->first);
      if (first == reservations_.end()) return "UNKNOWN";
      stands = &first->second;
    }
    return (stands->reason.empty() ? stands->status : stands->reason) + in_words(stands->seats);
  }
  auto found = events_.find(event);
  size_t asked = what.seats.empty() ? what.count : what.seats.size();
  std::set<Seat> distinct(what.seats.begin(), what.seats.end());
  std::vector<Seat> seats;
  if (asked < 1 || asked > 20 || (what.count != 0 && what.count != asked))
    booking.reason = "INVALID_COUNT";
  else if (distinct.size() != what.seats.size())
    booking.reason = "DUPLICATE_SEAT";
  else if (found == events_.end())
    booking.reason = "UNKNOWN_EVENT";
  else if (const ReservationId* first = first_of(booking, found->second)) {
    booking.first = *first;
    const Booking& stands = reservations_.at(*first);
    reservations_[id] = booking;
    return stands.status + in_words(stands.seats);
  } else
    booking.reason = event_rules(found->second, booking, what, seats);

  if (!booking.reason.empty()) {
    booking.status = "REJECTED";
    if (!booking.keyed || found == events_.end()) booking.leaves = now_ + kDay;
    reservations_[id] = booking;
    return booking.reason;
  }
  booking.status = "CONFIRMED";
  booking.seats = seats;
  uint32_t hold = found->second.settings.hold_s;
  if (hold != 0) booking.deadline = now_ + std::chrono::seconds(hold);
  mark(booking, 'R');
  reservations_[id] = booking;
  return "CONFIRMED" + in_words(seats);
}

std::string NaiveModel::event_rules(const Event& event, const Booking& booking, const Reserve& what,
                                    std::vector<Seat>& seats) const {
  auto section = event.sections.find(what.section);
  if (section == event.sections.end()) return "UNKNOWN_SECTION";
  std::vector<std::string> rows = section->second.rows;
  for (Seat seat : what.seats)
    if (at(rows, seat) == nullptr) return "UNKNOWN_SEAT";
  if (event.settings.opens_at && now_ < *event.settings.opens_at) return "NOT_OPEN";
  if (event.settings.closes_at && !(now_ < *event.settings.closes_at)) return "CLOSED";
  size_t asked = what.seats.empty() ? what.count : what.seats.size();
  uint32_t limit = event.settings.limit_per_user;
  if (limit != 0 && held_by(booking.event, booking.user) + asked > limit) return "LIMIT_EXCEEDED";
  if (what.seats.empty()) {
    oracle::Answer answer = oracle::best_available(rows, static_cast<int>(asked), what.split);
    for (auto [row, number] : answer.seats)
      seats.push_back({.row = static_cast<uint16_t>(row), .number = static_cast<uint16_t>(number)});
    return answer.word == "seats" ? "" : answer.word;
  }
  for (Seat seat : what.seats)
    if (*at(rows, seat) != '.') return "SEAT_TAKEN";
  seats = what.seats;
  std::ranges::sort(seats);
  return "";
}

// The latest one without a key that is itself no double, if it lives and is recent.
const ReservationId* NaiveModel::first_of(const Booking& booking, const Event& event) const {
  if (booking.keyed) return nullptr;
  const std::pair<const ReservationId, Booking>* first = nullptr;
  for (const auto& entry : reservations_) {
    const Booking& other = entry.second;
    if (other.keyed || other.first || !lives(other.status) || other.event != booking.event ||
        other.section != booking.section || other.user != booking.user)
      continue;
    // At most one is recent: a second would have been its double.
    if (now_ < other.made + std::chrono::seconds(event.settings.dedup_s)) first = &entry;
  }
  return first == nullptr ? nullptr : &first->first;
}

uint32_t NaiveModel::held_by(const std::string& event, const std::string& user) const {
  auto gone = paid_and_gone_.find({event, user});
  uint32_t held = gone == paid_and_gone_.end() ? 0 : gone->second;
  for (const auto& [id, booking] : reservations_)
    if (booking.event == event && booking.user == user && lives(booking.status))
      held += static_cast<uint32_t>(booking.seats.size());
  return held;
}

std::string NaiveModel::pay(const std::string& event, const ReservationId& id) {
  return settle(event, id, "PAID");
}
std::string NaiveModel::cancel(const std::string& event, const ReservationId& id) {
  return settle(event, id, "CANCELLED");
}

std::string NaiveModel::settle(const std::string& event, const ReservationId& id,
                               const std::string& wanted) {
  auto found = reservations_.find(id);
  if (found == reservations_.end() || found->second.event != event) return "UNKNOWN";
  if (found->second.first) found = reservations_.find(*found->second.first);
  if (found == reservations_.end()) return "UNKNOWN";
  Booking& booking = found->second;
  if (booking.status == "CONFIRMED") {
    booking.status = wanted;
    if (wanted == "PAID") {
      mark(booking, 'S');
      booking.deadline.reset();
    } else {
      give_back(booking);
    }
  }
  return booking.status + (booking.status == wanted ? "" : " refused");
}

void NaiveModel::give_back(Booking& booking) {
  mark(booking, '.');
  booking.deadline.reset();
}

void NaiveModel::mark(const Booking& booking, char state) {
  auto& rows = events_.at(booking.event).sections.at(booking.section).rows;
  for (Seat seat : booking.seats) *at(rows, seat) = state;
}

// --- events ---

std::string NaiveModel::change(const std::string& event, const decltype(EventCommand::what)& what) {
  if (const auto* made = std::get_if<CreateEvent>(&what)) return create(event, *made);
  if (!events_.contains(event)) return "UNKNOWN_EVENT";
  if (const auto* added = std::get_if<AddSection>(&what)) return add(event, added->shape);
  if (const auto* altered = std::get_if<AlterEvent>(&what)) return alter(event, *altered);
  if (const auto* block = std::get_if<BlockSeats>(&what))
    return turn(event, block->seats, '.', 'X');
  return turn(event, std::get<ReleaseSeats>(what).seats, 'X', '.');
}

std::string NaiveModel::create(const std::string& id, const CreateEvent& create) {
  if (events_.contains(id)) return events_.at(id).made == create ? "UNCHANGED" : "DIFFERENT";
  Event& event = events_[id];
  event.made = create;
  event.settings = create.settings;
  for (const SectionShape& shape : create.sections) add(id, shape);
  if (event.settings.closes_at) event.sweep = *event.settings.closes_at + 7 * kDay;
  return "DONE";
}

std::string NaiveModel::add(const std::string& id, const SectionShape& shape) {
  std::vector<std::string> rows(shape.rows, std::string(shape.seats_per_row, '.'));
  auto [there, fresh] = events_.at(id).sections.try_emplace(shape.name, Section{rows});
  if (fresh) return "DONE";
  bool same =
      there->second.rows.size() == rows.size() && there->second.rows[0].size() == rows[0].size();
  return same ? "UNCHANGED" : "DIFFERENT";
}

std::string NaiveModel::alter(const std::string& id, const AlterEvent& alter) {
  Event& event = events_.at(id);
  EventSettings next = event.settings;
  if (alter.opens_at) next.opens_at = *alter.opens_at;
  if (alter.closes_at) next.closes_at = *alter.closes_at;
  if (alter.limit_per_user) next.limit_per_user = *alter.limit_per_user;
  if (next.opens_at && next.closes_at && *next.closes_at <= *next.opens_at) return "INVALID";
  if (next == event.settings) return "UNCHANGED";
  if (next.closes_at != event.settings.closes_at) {
    event.sweep.reset();
    if (next.closes_at) event.sweep = std::max(*next.closes_at + 7 * kDay, now_);
  }
  event.settings = next;
  return "DONE";
}

std::string NaiveModel::turn(const std::string& id, const std::vector<SectionSeats>& groups,
                             char from, char to) {
  auto sections = events_.at(id).sections;
  bool changed = false;
  for (const SectionSeats& group : groups) {
    auto section = sections.find(group.section);
    if (section == sections.end()) return "UNKNOWN_SECTION";
    for (Seat seat : group.seats) {
      char* state = at(section->second.rows, seat);
      if (state == nullptr) return "UNKNOWN_SEAT";
      if (*state != from && *state != to) return "SEAT_TAKEN";
      changed = changed || *state == from;
      *state = to;
    }
  }
  events_.at(id).sections = sections;
  return changed ? "DONE" : "UNCHANGED";
}

std::string NaiveModel::seats(const std::string& event, const std::string& section) const {
  auto found = events_.find(event);
  if (found == events_.end()) return "";
  auto there = found->second.sections.find(section);
  if (there == found->second.sections.end()) return "";
  std::string text;
  for (const std::string& row : there->second.rows) text += (text.empty() ? "" : "/") + row;
  return text;
}

}  // namespace usher::seats

#include "tools/audit/seats/seat_book.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/seats/names.h"

namespace usher::audit {

using seats::Completed;
using seats::Reserve;
using seats::Seat;
using seats::SeatState;

void SectionBook::set(Seat seat, SeatState state, const seats::ReservationId& holder) {
  size_t at = index(seat);
  --counts[static_cast<size_t>(states[at])];
  ++counts[static_cast<size_t>(state)];
  states[at] = state;
  holders[at] = holder;
}

std::string SectionBook::row_text(uint16_t row) const {
  constexpr std::string_view kMarks = ".RSX";
  std::string text;
  for (uint16_t number = 1; number <= seats_per_row; ++number)
    text.push_back(kMarks[static_cast<size_t>(state({row, number}))]);
  return text;
}

const SectionBook* SeatBook::section(std::string_view event, std::string_view name) const {
  auto found = sections_.find(seats::section_key(event, name));
  return found == sections_.end() ? nullptr : &found->second;
}

void SeatBook::apply(std::string_view event, const seats::SeatEvent& said, const OnFault& fault) {
  if (said.outcome != seats::EventOutcome::kDone) return;
  if (said.settings) events_[std::string(event)] = *said.settings;
  for (const seats::SectionShape& shape : said.sections) {
    auto [at, is_new] = sections_.try_emplace(seats::section_key(event, shape.name));
    if (!is_new) {
      fault({Kind::kSeat, fmt::format("section {} of {} is made again", shape.name, event)});
      continue;
    }
    SectionBook& book = at->second;
    book.rows = shape.rows;
    book.seats_per_row = shape.seats_per_row;
    size_t seats = size_t{shape.rows} * shape.seats_per_row;
    book.states.resize(seats);
    book.holders.resize(seats);
    book.counts[0] = static_cast<uint32_t>(seats);
  }
  bool block = said.change == seats::EventChange::kBlock;
  SeatState from = block ? SeatState::kAvailable : SeatState::kBlocked;
  for (const seats::SectionSeats& group : said.seats) {
    auto found = sections_.find(seats::section_key(event, group.section));
    for (Seat seat : group.seats) {
      std::string name = seats::seat_name(group.section, seat);
      if (found == sections_.end() || !found->second.has(seat))
        fault({Kind::kSeat, fmt::format("seat {} of {} is not there", name, event)});
      else if (found->second.state(seat) != from)
        fault({Kind::kSeat,
               fmt::format("seat {} of {} is {} although it is not {}", name, event,
                           block ? "blocked" : "released", block ? "available" : "blocked")});
      else
        found->second.set(seat, block ? SeatState::kBlocked : SeatState::kAvailable, {});
    }
  }
}

void SeatBook::apply(std::string_view event, const Completed& said, const Reserve* asked,
                     WallTime time, const OnFault& fault) {
  if (!said.changed) return;
  const seats::ReservationEntry& entry = said.reservation;
  if (entry.event != event)
    fault({Kind::kRecord, fmt::format("a reservation of {} under event {}", entry.event, event)});
  if (said.cause != seats::Cause::kReserve) return settle(said, time, fault);
  if (entry.status == seats::Status::kConfirmed) return confirm(event, said, asked, time, fault);
  if (entry.status != seats::Status::kRejected || !entry.seats.empty() ||
      entry.why.reason == seats::Reason::kNone)
    fault({Kind::kRule, fmt::format("reservation {} is neither confirmed with seats nor rejected "
                                    "with a reason",
                                    said.id.text())});
}

void SeatBook::confirm(std::string_view event, const Completed& said, const Reserve* asked,
                       WallTime time, const OnFault& fault) {
  const seats::ReservationEntry& entry = said.reservation;
  std::string user = seats::user_key(event, entry.user);
  std::string section = seats::section_key(event, entry.section);
  if (entry.seats.empty())
    fault({Kind::kRule, fmt::format("reservation {} is confirmed without seats", said.id.text())});
  auto found = sections_.find(section);
  if (found == sections_.end())
    return fault({Kind::kSeat, fmt::format("reservation {} has seats in section {}, which is not "
                                           "there",
                                           said.id.text(), section)});
  if (asked)
    check_request(said, *asked, fault);
  else
    fault({Kind::kOutcome, fmt::format("reservation {} was not asked for", said.id.text())});
  check_sale(event, said, user, time, fault);
  for (Seat seat : entry.seats) take_seat(found->second, seat, said, fault);
  users_[user] += static_cast<uint32_t>(entry.seats.size());
  if (!held_
           .try_emplace(said.id, Held{std::move(section), std::move(user), entry.seats,
                                      entry.held_until, false})
           .second)
    fault({Kind::kOutcome, fmt::format("reservation {} is confirmed twice", said.id.text())});
}

void SeatBook::take_seat(SectionBook& book, Seat seat, const Completed& said,
                         const OnFault& fault) {
  std::string name = seats::seat_name(said.reservation.section, seat);
  if (!book.has(seat))
    return fault(
        {Kind::kSeat, fmt::format("seat {} of reservation {} is not there", name, said.id.text())});
  if (book.state(seat) == SeatState::kBlocked)
    return fault({Kind::kSeat, fmt::format("seat {} goes to reservation {} and is blocked", name,
                                           said.id.text())});
  if (book.state(seat) != SeatState::kAvailable)
    return fault({Kind::kSeat, fmt::format("seat {} goes to reservation {} and is held by {}", name,
                                           said.id.text(), book.holders[book.index(seat)].text())});
  book.set(seat, SeatState::kReserved, said.id);
}

// As many as were asked for, those that were named, side by side unless split was asked for.
void SeatBook::check_request(const Completed& said, const Reserve& asked,
                             const OnFault& fault) const {
  const std::vector<Seat>& given = said.reservation.seats;
  auto wrong = [&](std::string_view what) {
    fault({Kind::kRule, fmt::format("reservation {}: {}", said.id.text(), what)});
  };
  if (asked.section != said.reservation.section || asked.user != said.reservation.user)
    wrong("section or user is another than was asked for");
  if (!asked.seats.empty()) {
    std::vector<Seat> named = asked.seats;
    std::ranges::sort(named);
    if (named != given) wrong("the seats are others than were named");
    return;
  }
  if (given.size() != asked.count) wrong("it has another number of seats than was asked for");
  if (asked.split) return;
  for (size_t i = 1; i < given.size(); ++i)
    if (given[i].row != given[0].row || given[i].number != given[i - 1].number + 1)
      return wrong("its seats are not side by side");
}

void SeatBook::check_sale(std::string_view event, const Completed& said, const std::string& user,
                          WallTime time, const OnFault& fault) const {
  auto found = events_.find(event);
  if (found == events_.end())
    return fault({Kind::kRule, fmt::format("event {} is not there", event)});
  const seats::EventSettings& settings = found->second;
  if ((settings.opens_at && time < *settings.opens_at) ||
      (settings.closes_at && time >= *settings.closes_at))
    fault({Kind::kRule, fmt::format("reservation {} is confirmed at {}, while nothing was on sale",
                                    said.id.text(), to_text(time))});
  auto held = users_.find(user);
  uint64_t sum = said.reservation.seats.size() + (held == users_.end() ? 0 : held->second);
  if (settings.limit_per_user > 0 && sum > settings.limit_per_user)
    fault({Kind::kRule, fmt::format("user {} has {} seats, the limit is {}", said.reservation.user,
                                    sum, settings.limit_per_user)});
}

void SeatBook::settle(const Completed& said, WallTime time, const OnFault& fault) {
  // The record's id may be a duplicate's, which stands for the first.
  bool duplicate = said.reservation.kind == seats::EntryKind::kDuplicate;
  const seats::ReservationId& id = duplicate ? said.reservation.first : said.id;
  auto found = held_.find(id);
  if (found == held_.end() || found->second.paid)
    return fault({Kind::kSeat, fmt::format("reservation {} is {}, and holds no seats that could be",
                                           id.text(), name_of(said.reservation.status))});
  Held& held = found->second;
  bool expiry = said.cause == seats::Cause::kExpiry;
  if (expiry && (!held.until || time < *held.until))
    fault({Kind::kRule, fmt::format("reservation {} expires before its deadline", id.text())});
  if (!expiry && held.until && time >= *held.until)
    fault({Kind::kRule, fmt::format("reservation {} is {} after its deadline", id.text(),
                                    name_of(said.reservation.status))});
  if (held.seats != said.reservation.seats)
    fault(
        {Kind::kSeat, fmt::format("reservation {} has other seats than it was given", id.text())});
  SectionBook& book = sections_[held.section];
  bool pay = said.cause == seats::Cause::kPay;
  for (Seat seat : held.seats) {
    bool is_its = book.has(seat) && book.holders[book.index(seat)] == id;
    if (is_its)
      book.set(seat, pay ? SeatState::kSold : SeatState::kAvailable,
               pay ? id : seats::ReservationId{});
  }
  held.paid = pay;
  held.until.reset();
  if (pay) return;
  uint32_t& count = users_[held.user];
  count -= std::min(count, static_cast<uint32_t>(held.seats.size()));
  if (count == 0) users_.erase(held.user);
  held_.erase(found);
}

void SeatBook::check(std::string_view event, const seats::SectionStatus& said,
                     const OnFault& fault) const {
  const SectionBook* book = section(event, said.section);
  std::array<uint32_t, 4> counts = {said.available, said.reserved, said.sold, said.blocked};
  if (!book)
    fault({Kind::kCount,
           fmt::format("counts of section {} of {}, which is not there", said.section, event)});
  else if (counts != book->counts)
    fault({Kind::kCount,
           fmt::format("section {} of {} says {} available, {} reserved, {} sold, {} blocked; by "
                       "its holders it is {}, {}, {}, {}",
                       said.section, event, counts[0], counts[1], counts[2], counts[3],
                       book->counts[0], book->counts[1], book->counts[2], book->counts[3])});
}

}  // namespace usher::audit

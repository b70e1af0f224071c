#include "processors/apps/seats/reserving.h"

#include "processors/apps/seats/allocation.h"
#include "processors/apps/seats/refusals.h"
#include "processors/apps/seats/timers.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

ReservationEntry new_entry(const Desk& desk, const Request& request) {
  ReservationEntry entry;
  entry.event = request.event;
  entry.section = request.what.section;
  entry.user = request.what.user;
  entry.count = seats_asked(request.what);
  entry.body = digest_of(request.what);
  entry.offset = request.offset;
  entry.made_at = desk.now();
  return entry;
}

void say_decided(Desk& desk, const Request& request, const ReservationEntry& entry) {
  desk.send(Topic::kReservationRequests, request.event,
            Requested{.id = request.id, .command_offset = request.offset, .reserve = request.what});
  desk.send(Topic::kReservationResults, request.event,
            Outcome{.id = request.id, .seats = entry.seats, .why = entry.why});
}

void complete(Desk& desk, const Request& request, ReservationEntry entry) {
  desk.put_reservation(request.id, entry);
  desk.send(Topic::kReservationCompleted, request.event,
            Completed{.id = request.id,
                      .command_offset = request.offset,
                      .cause = Cause::kReserve,
                      .known = true,
                      .granted = true,
                      .changed = true,
                      .reservation = std::move(entry)});
}

// With a key it stays as long as the event; without one, or without an event, it leaves.
void reject(Desk& desk, const Request& request, const Why& why, bool event_known) {
  ReservationEntry entry = new_entry(desk, request);
  entry.status = Status::kRejected;
  entry.why = why;
  if (!request.id.keyed() || !event_known)
    desk.set_timer(leave_timer(request.id, desk.now() + in_us(limits::kRejectedStays)));
  say_decided(desk, request, entry);
  complete(desk, request, std::move(entry));
}

void confirm(Desk& desk, const Request& request, const EventSettings& settings, UserEntry user,
             SectionMap map, std::vector<Seat> seats) {
  for (Seat seat : seats) map.set(seat, SeatState::kReserved);
  user.seats += static_cast<uint32_t>(seats.size());
  if (!request.id.keyed() && settings.dedup_s > 0)
    remember_first(user, request.what.section,
                   {.section = request.what.section,
                    .first = request.id,
                    .until = desk.now() + std::chrono::seconds(settings.dedup_s)},
                   desk.now());

  ReservationEntry entry = new_entry(desk, request);
  entry.status = Status::kConfirmed;
  entry.seats = std::move(seats);
  if (settings.hold_s > 0) {
    entry.held_until = desk.now() + std::chrono::seconds(settings.hold_s);
    desk.set_timer(expire_timer(request.id, *entry.held_until));
  }
  say_decided(desk, request, entry);
  desk.put_section(request.event, request.what.section, map);
  desk.put_user(request.event, request.what.user, user);
  complete(desk, request, std::move(entry));
}

Allocation allocate(const Reserve& reserve, const SectionMap& map) {
  if (!reserve.seats.empty()) return exact_seats(map, reserve.seats);
  return best_available(map, reserve.count, reserve.split);
}

}  // namespace

void reserve(Desk& desk, const Request& request) {
  if (answer_known_id(desk, request)) return;
  const Reserve& what = request.what;
  std::optional<EventEntry> event = desk.event(request.event);
  auto refuse = [&](const Why& why) { reject(desk, request, why, event.has_value()); };

  if (Why why = fault_of_request(what); why.reason != Reason::kNone) return refuse(why);
  if (!event) return refuse({.reason = Reason::kUnknownEvent});
  UserEntry user = desk.user(request.event, what.user);
  if (auto first = first_of(desk, request, user)) return answer_duplicate(desk, request, *first);
  std::optional<SectionMap> map = desk.section(request.event, what.section);
  if (!map) return refuse({.reason = Reason::kUnknownSection});
  if (Why why = fault_of_seats(what, *map); why.reason != Reason::kNone) return refuse(why);
  if (Why why = fault_of_window(event->settings, desk.now()); why.reason != Reason::kNone)
    return refuse(why);
  if (Why why = fault_of_limit(event->settings, user.seats, seats_asked(what));
      why.reason != Reason::kNone)
    return refuse(why);
  Allocation seats = allocate(what, *map);
  if (!seats) return refuse(seats.error());
  confirm(desk, request, event->settings, std::move(user), std::move(*map), std::move(*seats));
}

}  // namespace usher::seats

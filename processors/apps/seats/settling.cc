#include "processors/apps/seats/settling.h"

#include "processors/apps/seats/repeats.h"
#include "processors/apps/seats/timers.h"

namespace usher::seats {
namespace {

// The seats, the user's count and the timer follow the reservation.
void settle(Desk& desk, Standing& standing, Status status) {
  ReservationEntry& entry = standing.entry;
  std::optional<SectionMap> map = desk.section(entry.event, entry.section);
  CHECK(map, "a confirmed reservation is in a section");
  bool sold = status == Status::kPaid;
  for (Seat seat : entry.seats) {
    CHECK(map->state(seat) == SeatState::kReserved, "a confirmed reservation has its seats");
    map->set(seat, sold ? SeatState::kSold : SeatState::kAvailable);
  }
  desk.put_section(entry.event, entry.section, *map);
  if (!sold) {
    UserEntry user = desk.user(entry.event, entry.user);
    CHECK(user.seats >= entry.seats.size(), "a user's count holds all confirmed seats");
    user.seats -= static_cast<uint32_t>(entry.seats.size());
    forget_first(user, standing.id);
    desk.put_user(entry.event, entry.user, user);
  }
  // A deadline that is now is the timer that fires.
  if (entry.held_until && *entry.held_until > desk.now())
    desk.cancel_timer(expire_timer(standing.id, *entry.held_until));
  entry.held_until.reset();
  entry.status = status;
  desk.put_reservation(standing.id, entry);
}

struct Ask {
  ReservationId id;
  Offset offset;
  Cause cause;
  Status wanted;
};

void settle_as_asked(Desk& desk, std::string_view event, const Ask& ask) {
  Completed completed{.id = ask.id,
                      .command_offset = ask.offset,
                      .cause = ask.cause,
                      .known = false,
                      .granted = false,
                      .changed = false,
                      .reservation = {}};
  if (std::optional<Standing> standing = standing_of(desk, event, ask.id)) {
    completed.known = true;
    completed.changed = standing->entry.status == Status::kConfirmed;
    if (completed.changed) settle(desk, *standing, ask.wanted);
    completed.granted = standing->entry.status == ask.wanted;
    completed.reservation = shown(*standing);
  }
  desk.send(Topic::kReservationCompleted, event, completed);
}

}  // namespace

void pay(Desk& desk, std::string_view event, const ReservationId& id, Offset offset) {
  settle_as_asked(desk, event, {id, offset, Cause::kPay, Status::kPaid});
}

void cancel(Desk& desk, std::string_view event, const ReservationId& id, Offset offset) {
  settle_as_asked(desk, event, {id, offset, Cause::kCancel, Status::kCancelled});
}

void expire(Desk& desk, const ReservationId& id) {
  std::optional<ReservationEntry> entry = desk.reservation(id);
  if (!entry || entry->status != Status::kConfirmed || entry->held_until != desk.now()) return;
  std::string event = entry->event;
  settle_as_asked(desk, event, {id, Offset(0), Cause::kExpiry, Status::kExpired});
}

}  // namespace usher::seats

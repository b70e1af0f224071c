#include "proto/seats/codec.h"
#include "proto/seats/message.h"

namespace usher::seats {
namespace {

constexpr size_t kStatuses = static_cast<size_t>(Status::kExpired) + 1;
constexpr size_t kReasons = static_cast<size_t>(Reason::kKeyReused) + 1;
constexpr size_t kEntryKinds = static_cast<size_t>(EntryKind::kTombstone) + 1;
constexpr size_t kCauses = static_cast<size_t>(Cause::kExpiry) + 1;

template <class Builder>
void set_why(Builder&& to, const Why& why) {
  to.setReason(static_cast<uint8_t>(why.reason));
  to.setA(why.a);
  to.setB(why.b);
}
template <class Reader>
Result<Why> why_of(Reader&& from) {
  TRY_ASSIGN(Reason reason, enum_of<Reason>(from.getReason(), kReasons, "a reason"));
  return Why{.reason = reason, .a = from.getA(), .b = from.getB()};
}

void write(const Reserve& reserve, wire::Reserve::Builder to) {
  to.setSection(to_kj(reserve.section));
  to.setUser(to_kj(reserve.user));
  to.setCount(reserve.count);
  to.setSplit(reserve.split);
  if (!reserve.seats.empty())
    set_seats(to.initSeats(static_cast<unsigned>(reserve.seats.size())), reserve.seats);
}
Reserve read(wire::Reserve::Reader from) {
  return {.section = text_of(from.getSection()),
          .user = text_of(from.getUser()),
          .count = from.getCount(),
          .split = from.getSplit(),
          .seats = seats_of(from.getSeats())};
}

void write(const ReservationEntry& entry, wire::Reservation::Builder to) {
  if (!entry.event.empty()) to.setEvent(to_kj(entry.event));
  to.setSection(to_kj(entry.section));
  to.setUser(to_kj(entry.user));
  to.setCount(entry.count);
  if (!entry.seats.empty())
    set_seats(to.initSeats(static_cast<unsigned>(entry.seats.size())), entry.seats);
  to.setStatus(static_cast<uint8_t>(entry.status));
  to.setKind(static_cast<uint8_t>(entry.kind));
  set_why(to, entry.why);
  to.setFirstHigh(entry.first.high);
  to.setFirstLow(entry.first.low);
  to.setBodyHigh(entry.body.high);
  to.setBodyLow(entry.body.low);
  to.setOffset(entry.offset.value());
  to.setMadeAt(entry.made_at.us_since_1970());
  if (entry.held_until) to.setHeldUntil(entry.held_until->us_since_1970());
}
Result<ReservationEntry> read(wire::Reservation::Reader from) {
  TRY_ASSIGN(Status status, enum_of<Status>(from.getStatus(), kStatuses, "a status"));
  TRY_ASSIGN(EntryKind kind, enum_of<EntryKind>(from.getKind(), kEntryKinds, "an entry's kind"));
  TRY_ASSIGN(Why why, why_of(from));
  ReservationEntry entry{
      .event = text_of(from.getEvent()),
      .section = text_of(from.getSection()),
      .user = text_of(from.getUser()),
      .count = from.getCount(),
      .seats = seats_of(from.getSeats()),
      .status = status,
      .kind = kind,
      .why = why,
      .first = {.high = from.getFirstHigh(), .low = from.getFirstLow()},
      .body = {.low = from.getBodyLow(), .high = from.getBodyHigh()},
      .offset = Offset(from.getOffset()),
      .made_at = WallTime(from.getMadeAt()),
      .held_until = {},
  };
  if (from.getHeldUntil() != 0) entry.held_until = WallTime(from.getHeldUntil());
  return entry;
}

}  // namespace

std::string encode(const ReservationCommand& command) {
  return packed<wire::ReservationCommand>([&](wire::ReservationCommand::Builder to) {
    set_id(to, command.id);
    if (const auto* reserve = std::get_if<Reserve>(&command.what))
      write(*reserve, to.initReserve());
    else if (std::holds_alternative<Pay>(command.what))
      to.setPay();
    else
      to.setCancel();
  });
}
template <>
Result<ReservationCommand> decode(std::string_view bytes) {
  using Reader = wire::ReservationCommand::Reader;
  return unpacked<wire::ReservationCommand>(bytes, [](Reader from) -> Result<ReservationCommand> {
    ReservationCommand command{.id = id_of(from), .what = Pay{}};
    switch (from.which()) {
      case wire::ReservationCommand::RESERVE:
        command.what = read(from.getReserve());
        return command;
      case wire::ReservationCommand::PAY:
        return command;
      case wire::ReservationCommand::CANCEL:
        command.what = Cancel{};
        return command;
    }
    return malformed("a command of a kind that is not known");
  });
}

std::string encode(const Requested& requested) {
  return packed<wire::Requested>([&](wire::Requested::Builder to) {
    set_id(to, requested.id);
    to.setCommandOffset(requested.command_offset.value());
    write(requested.reserve, to.initReserve());
  });
}
template <>
Result<Requested> decode(std::string_view bytes) {
  return unpacked<wire::Requested>(bytes, [](wire::Requested::Reader from) -> Result<Requested> {
    return Requested{.id = id_of(from),
                     .command_offset = Offset(from.getCommandOffset()),
                     .reserve = read(from.getReserve())};
  });
}

std::string encode(const Outcome& outcome) {
  return packed<wire::Outcome>([&](wire::Outcome::Builder to) {
    set_id(to, outcome.id);
    if (!outcome.seats.empty())
      set_seats(to.initSeats(static_cast<unsigned>(outcome.seats.size())), outcome.seats);
    set_why(to, outcome.why);
  });
}
template <>
Result<Outcome> decode(std::string_view bytes) {
  return unpacked<wire::Outcome>(bytes, [](wire::Outcome::Reader from) -> Result<Outcome> {
    TRY_ASSIGN(Why why, why_of(from));
    return Outcome{.id = id_of(from), .seats = seats_of(from.getSeats()), .why = why};
  });
}

std::string encode(const Completed& completed) {
  return packed<wire::Completed>([&](wire::Completed::Builder to) {
    set_id(to, completed.id);
    to.setCommandOffset(completed.command_offset.value());
    to.setCause(static_cast<uint8_t>(completed.cause));
    to.setKnown(completed.known);
    to.setGranted(completed.granted);
    to.setChanged(completed.changed);
    write(completed.reservation, to.initReservation());
  });
}
template <>
Result<Completed> decode(std::string_view bytes) {
  return unpacked<wire::Completed>(bytes, [](wire::Completed::Reader from) -> Result<Completed> {
    TRY_ASSIGN(Cause cause, enum_of<Cause>(from.getCause(), kCauses, "a cause"));
    TRY_ASSIGN(ReservationEntry reservation, read(from.getReservation()));
    return Completed{.id = id_of(from),
                     .command_offset = Offset(from.getCommandOffset()),
                     .cause = cause,
                     .known = from.getKnown(),
                     .granted = from.getGranted(),
                     .changed = from.getChanged(),
                     .reservation = std::move(reservation)};
  });
}

std::string encode(const ReservationEntry& entry) {
  return packed<wire::Reservation>([&](wire::Reservation::Builder to) { write(entry, to); });
}
template <>
Result<ReservationEntry> decode(std::string_view bytes) {
  return unpacked<wire::Reservation>(bytes,
                                     [](wire::Reservation::Reader from) { return read(from); });
}

std::string encode(const UserEntry& entry) {
  return packed<wire::User>([&](wire::User::Builder to) {
    to.setSeats(entry.seats);
    if (entry.recent.empty()) return;
    auto list = to.initRecent(static_cast<unsigned>(entry.recent.size()));
    for (size_t i = 0; i < entry.recent.size(); ++i) {
      auto at = list[static_cast<unsigned>(i)];
      at.setSection(to_kj(entry.recent[i].section));
      at.setFirstHigh(entry.recent[i].first.high);
      at.setFirstLow(entry.recent[i].first.low);
      at.setUntil(entry.recent[i].until.us_since_1970());
    }
  });
}
template <>
Result<UserEntry> decode(std::string_view bytes) {
  return unpacked<wire::User>(bytes, [](wire::User::Reader from) -> Result<UserEntry> {
    UserEntry entry{.seats = from.getSeats(), .recent = {}};
    for (auto recent : from.getRecent())
      entry.recent.push_back({.section = text_of(recent.getSection()),
                              .first = {.high = recent.getFirstHigh(), .low = recent.getFirstLow()},
                              .until = WallTime(recent.getUntil())});
    return entry;
  });
}

}  // namespace usher::seats

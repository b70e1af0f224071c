#include "processors/apps/seats/repeats.h"

#include <algorithm>

namespace usher::seats {

std::optional<Standing> standing_of(const Desk& desk, std::string_view event,
                                    const ReservationId& id) {
  std::optional<ReservationEntry> entry = desk.reservation(id);
  if (!entry || entry->event != event) return std::nullopt;
  if (entry->kind != EntryKind::kDuplicate)
    return Standing{.id = id, .entry = std::move(*entry), .duplicate = false};
  ReservationId first = entry->first;
  entry = desk.reservation(first);
  if (!entry) return std::nullopt;
  return Standing{.id = first, .entry = std::move(*entry), .duplicate = true};
}

ReservationEntry shown(const Standing& standing) {
  ReservationEntry entry = standing.entry;
  if (standing.duplicate) {
    entry.kind = EntryKind::kDuplicate;
    entry.first = standing.id;
  }
  return entry;
}

bool answer_known_id(Desk& desk, const Request& request) {
  std::optional<ReservationEntry> entry = desk.reservation(request.id);
  if (!entry) return false;
  std::optional<Standing> standing = standing_of(desk, request.event, request.id);
  bool same = entry->event == request.event && entry->body == digest_of(request.what);
  Completed completed{.id = request.id,
                      .command_offset = request.offset,
                      .cause = Cause::kReserve,
                      .known = standing.has_value(),
                      .granted = same && standing.has_value(),
                      .changed = false,
                      .reservation = standing ? shown(*standing) : ReservationEntry{}};
  if (!same) completed.reservation.why = {.reason = Reason::kKeyReused};
  desk.send(Topic::kReservationCompleted, request.event, completed);
  return true;
}

std::optional<Standing> first_of(const Desk& desk, const Request& request, const UserEntry& user) {
  if (request.id.keyed()) return std::nullopt;
  auto recent = std::ranges::find(user.recent, request.what.section, &UserEntry::Recent::section);
  if (recent == user.recent.end() || desk.now() >= recent->until) return std::nullopt;
  std::optional<ReservationEntry> entry = desk.reservation(recent->first);
  if (!entry || (entry->status != Status::kConfirmed && entry->status != Status::kPaid))
    return std::nullopt;
  return Standing{.id = recent->first, .entry = std::move(*entry), .duplicate = true};
}

void answer_duplicate(Desk& desk, const Request& request, const Standing& first) {
  ReservationEntry entry;
  entry.event = request.event;
  entry.section = request.what.section;
  entry.user = request.what.user;
  entry.kind = EntryKind::kDuplicate;
  entry.first = first.id;
  entry.body = digest_of(request.what);
  entry.offset = request.offset;
  entry.made_at = desk.now();
  desk.put_reservation(request.id, entry);
  desk.send(Topic::kReservationCompleted, request.event,
            Completed{.id = request.id,
                      .command_offset = request.offset,
                      .cause = Cause::kReserve,
                      .known = true,
                      .granted = true,
                      .changed = false,
                      .reservation = shown(first)});
}

void remember_first(UserEntry& user, std::string_view section, UserEntry::Recent first,
                    WallTime now) {
  std::erase_if(user.recent, [&](const UserEntry::Recent& recent) {
    return now >= recent.until || recent.section == section;
  });
  user.recent.push_back(std::move(first));
}

void forget_first(UserEntry& user, const ReservationId& id) {
  std::erase_if(user.recent, [&](const UserEntry::Recent& recent) { return recent.first == id; });
}

}  // namespace usher::seats

// Requests that were made before. By id: the same command sent again, or another one under the same
// key. Without a key: a second request of the same user for the same event and section, within the
// event's time from the first, stands for the first while that is CONFIRMED or PAID.
#pragma once

#include <optional>
#include <string_view>

#include "processors/apps/seats/desk.h"

namespace usher::seats {

// A request on its way through the rules.
struct Request {
  std::string_view event;
  ReservationId id;
  Offset offset;
  const Reserve& what;
};

// What an id stands for: itself, or for a duplicate the first; none where that has left.
struct Standing {
  ReservationId id;
  ReservationEntry entry;
  bool duplicate = false;
};
std::optional<Standing> standing_of(const Desk& desk, std::string_view event,
                                    const ReservationId& id);
// The reservation of a standing as a Completed shows it.
ReservationEntry shown(const Standing& standing);

// The id is in the store: answers it, and says true.
bool answer_known_id(Desk& desk, const Request& request);

// The first reservation that this request without a key stands for.
std::optional<Standing> first_of(const Desk& desk, const Request& request, const UserEntry& user);
// The request becomes a duplicate of it, and says so.
void answer_duplicate(Desk& desk, const Request& request, const Standing& first);

// From now on `id` is the first for its section; what is over is forgotten.
void remember_first(UserEntry& user, std::string_view section, UserEntry::Recent first,
                    WallTime now);
void forget_first(UserEntry& user, const ReservationId& id);

}  // namespace usher::seats

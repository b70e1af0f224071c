#include "processors/apps/seats/leaving.h"

#include <utility>
#include <vector>

#include "processors/apps/seats/timers.h"
#include "proto/base/hash.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

struct Met {
  ReservationId id;
  ReservationEntry entry;
};

struct Stretch {
  std::vector<Met> met;  // of the event
  std::string last_key;  // that was looked at
  bool whole = true;     // it reached the slot's end
};

// Ids are in the order of their slots, so those of an event stand close together.
Stretch next_stretch(const Desk& desk, std::string_view event, std::string_view after) {
  uint16_t slot = slot_of_key(as_bytes(event)).value();
  auto slot_in = [](std::string_view key) {
    return static_cast<uint16_t>(static_cast<unsigned char>(key[0]) << 4 |
                                 static_cast<unsigned char>(key[1]) >> 4);
  };
  const std::string first = {static_cast<char>(slot >> 4), static_cast<char>(slot << 4)};
  Stretch stretch;
  size_t looked_at = 0;
  auto visit = [&](std::string_view key, std::string_view value) {
    if (key == after) return true;
    if (slot_in(key) != slot) return false;
    if (looked_at++ == limits::kSweptAtOnce) {
      stretch.whole = false;
      return false;
    }
    stretch.last_key = key;
    auto entry = decode<ReservationEntry>(value);
    auto id = reservation_id_of_key(key);
    CHECK(entry.has_value() && id, "the state holds what decide wrote");
    if (entry->event == event) stretch.met.push_back({*id, std::move(*entry)});
    return true;
  };
  desk.state().scan(Store::kReservations, std::string_view(first).substr(0, 1),
                    after.empty() ? std::string_view(first) : after, visit);
  return stretch;
}

ReservationEntry tombstone_of(ReservationEntry entry) {
  entry.kind = EntryKind::kTombstone;
  entry.made_at = {};
  entry.held_until.reset();
  return entry;
}

// False for one that has to stay until it is finished.
bool let_go(Desk& desk, Met& met) {
  ReservationEntry& entry = met.entry;
  if (entry.kind == EntryKind::kTombstone) return true;
  if (entry.kind == EntryKind::kDuplicate) {
    std::optional<ReservationEntry> first = desk.reservation(entry.first);
    if (first && !is_final(first->status)) return false;
    desk.erase(Store::kReservations, met.id.key());
    return true;
  }
  if (!is_final(entry.status)) return false;
  if (met.id.keyed())
    desk.put_reservation(met.id, tombstone_of(std::move(entry)));
  else if (entry.status != Status::kRejected)  // that one has a timer of its own
    desk.erase(Store::kReservations, met.id.key());
  return true;
}

}  // namespace

void leave(Desk& desk, const ReservationId& id) {
  std::optional<ReservationEntry> entry = desk.reservation(id);
  if (!entry || entry->status != Status::kRejected) return;
  // Its event was made meanwhile: its key is remembered from now on.
  if (id.keyed() && desk.event(entry->event)) return;
  desk.erase(Store::kReservations, id.key());
}

void sweep(Desk& desk, std::string_view event) {
  std::optional<EventEntry> entry = desk.event(event);
  if (!entry || entry->sweep_at != desk.now()) return;
  Stretch stretch = next_stretch(desk, event, entry->sweep_from);
  for (Met& met : stretch.met)
    if (!let_go(desk, met)) entry->sweep_leaves = true;

  entry->sweep_at.reset();
  entry->sweep_from.clear();
  if (!stretch.whole) {
    entry->sweep_from = stretch.last_key;
    entry->sweep_at = desk.now() + std::chrono::microseconds(1);
  } else if (std::exchange(entry->sweep_leaves, false)) {
    entry->sweep_at = desk.now() + in_us(limits::kFinishedStays);
  }
  if (entry->sweep_at) desk.set_timer(sweep_timer(event, *entry->sweep_at));
  desk.put(Store::kEvents, std::string(event), *entry);
}

}  // namespace usher::seats

#include "processors/apps/seats/orders.h"

#include "processors/apps/seats/desk.h"
#include "processors/apps/seats/timers.h"
#include "proto/base/limits.h"

namespace usher::seats {
namespace {

// Of a command that came by a duplicate's id, it is the first that changed.
ReservationId subject_of(const Completed& completed) {
  bool duplicate = completed.reservation.kind == EntryKind::kDuplicate;
  return duplicate ? completed.reservation.first : completed.id;
}

TimerName leave_timer(const std::string& key, WallTime deadline) {
  return {deadline, key, static_cast<uint64_t>(TimerKind::kLeave)};
}

}  // namespace

std::string orders_key(const Completed& completed) {
  return completed.known && completed.changed ? completed.reservation.user : "";
}

Result<Decision> note_order(const State& state, const Input& input) {
  TRY_ASSIGN(Completed completed, decode<Completed>(input.value));
  Desk desk(state, input.time);
  if (orders_key(completed) != input.key || input.key.empty()) return desk.take();
  ReservationEntry entry = std::move(completed.reservation);
  std::string key = joined_key(input.key, subject_of(completed).key());
  entry.kind = EntryKind::kWhole;
  entry.first = {};
  bool leaves = is_final(entry.status) && entry.status != Status::kPaid;
  if (leaves) desk.set_timer(leave_timer(key, input.time + in_us(limits::kOrderStays)));
  desk.put(Store::kOrders, std::move(key), entry);
  return desk.take();
}

Result<Decision> note_order(const State& state, const TimerName& fired) {
  Desk desk(state, fired.deadline);
  if (state.get(Store::kOrders, fired.key)) desk.erase(Store::kOrders, fired.key);
  return desk.take();
}

}  // namespace usher::seats

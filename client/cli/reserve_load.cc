#include "client/cli/reserve_load.h"

#include <utility>

#include <fmt/format.h>

#include "client/booking/booking.h"
#include "client/cli/output.h"
#include "proto/seats/codec.h"

namespace usher::cli {
namespace {

// Handed over in one go before answers are looked at.
constexpr uint64_t kBurst = 512;
// Outcomes that have not come by then are counted as errors.
constexpr Duration kOutcomePatience = 30s;

std::string_view text_of(const std::optional<Bytes>& bytes) {
  if (!bytes) return {};
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

ReserveLoad::ReserveLoad(Session& session, const wire::SpaceInfo& space, ReserveLoadOptions options,
                         SaleReport& report)
    : session_(session),
      space_(space),
      options_(std::move(options)),
      report_(report),
      random_(seed_from_system()),
      producer_(session.cluster()),
      log_(session.cluster(), producer_),
      consumer_(session.cluster(), *this) {}

Result<void> ReserveLoad::begin_reading() {
  TRY_ASSIGN(const wire::TopicInfo* topic,
             client::find_topic(space_, name_of(seats::Topic::kReservationCompleted)));
  for (uint32_t i = 0; i < space_.partitions.size(); ++i) {
    client::PartitionAt at{space_.id, PartitionId(i)};
    TRY_ASSIGN(auto latest, session_.ask<wire::OffsetReply>(
                                at, wire::OffsetRequest{.space = at.space,
                                                        .partition = at.partition,
                                                        .at = wire::OffsetAt::kLatest,
                                                        .time = {},
                                                        .linearizable = true}));
    consumer_.add({.at = at, .topics = {topic->id}, .from = latest.offset, .until = {}});
  }
  return {};
}

Result<void> ReserveLoad::run() {
  TRY(begin_reading());
  began_ = session_.clock().monotonic();
  counts_from_ = began_ + options_.warm_up;
  ends_ = counts_from_ + options_.time;
  last_counted_ = counts_from_;
  go_soon(Duration::zero());
  while (!session_.interrupted() && !failure_) {
    MonotonicTime now = session_.clock().monotonic();
    if (is_over(now) && (open_.empty() || now >= ends_ + kOutcomePatience)) break;
    session_.run_for(20ms);
  }
  report_.base.seconds = seconds(std::max(last_counted_, counts_from_) - counts_from_);
  report_.base.errors += open_.size();
  report_.selling_seconds =
      report_.sold_out_seconds >= 0 ? report_.sold_out_seconds : seconds(last_counted_ - began_);
  if (failure_) return fail(*failure_);
  return {};
}

MonotonicTime ReserveLoad::due_of(uint64_t number) const {
  return began_ + Duration(static_cast<int64_t>(static_cast<double>(number) * 1e9 /
                                                static_cast<double>(options_.rate)));
}

void ReserveLoad::go_on() {
  go_is_posted_ = false;
  MonotonicTime now = session_.clock().monotonic();
  if (is_over(now)) return;
  for (uint64_t i = 0; i < kBurst; ++i) {
    bool may = options_.rate > 0 ? due_of(sent_) <= now : open_.size() < options_.outstanding;
    if (!may) {
      if (options_.rate > 0) go_soon(1ms);
      return;
    }
    if (!send_one(options_.rate > 0 ? due_of(sent_) : now)) return go_soon(1ms);
  }
  go_soon(Duration::zero());
}

// The load may be over and gone by then.
void ReserveLoad::go_soon(Duration delay) {
  if (std::exchange(go_is_posted_, true)) return;
  session_.scheduler().after(delay, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) go_on();
  });
}

bool ReserveLoad::send_one(MonotonicTime due) {
  const std::string& event = options_.events[random_.below(options_.events.size())];
  seats::Reserve what{.section = fmt::format("S{}", random_.below(options_.shape.sections)),
                      .user = fmt::format("u{}", sent_),
                      .count = static_cast<uint32_t>(random_.between(1, 4))};
  seats::ReservationId id = seats::make_id(event, session_.clock().wall(), random_.next());
  open_.emplace(id, due);
  ++sent_;
  ++report_.requests;
  log_.write(seats::Topic::kReservationCommands, event, booking::command_of(id, std::move(what)),
             {}, [this, id, alive = std::weak_ptr(alive_)](Result<booking::Place> place) {
               if (!alive.expired() && !place) settle(id, true);
             });
  return true;
}

void ReserveLoad::settle(const seats::ReservationId& id, bool failed) {
  auto found = open_.find(id);
  if (found == open_.end()) return;
  MonotonicTime now = session_.clock().monotonic();
  if (failed) {
    ++report_.base.errors;
  } else if (now >= counts_from_) {
    ++report_.base.operations;
    report_.base.latency_ns.record(static_cast<uint64_t>((now - found->second).count()));
    last_counted_ = now;
  }
  open_.erase(found);
  if (options_.rate == 0 && open_.size() < options_.outstanding) go_soon(Duration::zero());
  if (open_.empty() && is_over(now)) session_.stop();
}

void ReserveLoad::on_records(const client::ReadRecords& records) {
  records.for_each([&](const client::ReadRecord& record) {
    std::string_view value = text_of(record.view.value);
    report_.base.bytes += value.size();
    if (auto completed = seats::decode<seats::Completed>(value)) take(*completed);
  });
}

void ReserveLoad::take(const seats::Completed& completed) {
  if (!open_.contains(completed.id)) return;
  const seats::ReservationEntry& entry = completed.reservation;
  if (entry.status == seats::Status::kConfirmed) {
    ++report_.accepted;
    count_seats(entry);
  } else {
    ++report_.rejected;
  }
  settle(completed.id, false);
}

void ReserveLoad::count_seats(const seats::ReservationEntry& entry) {
  for (seats::Seat seat : entry.seats) {
    bool is_new =
        given_.insert(fmt::format("{}/{}", entry.event, seat_name(entry.section, seat))).second;
    report_.double_sold += !is_new;
  }
  report_.seats_sold = given_.size();
  if (report_.seats_sold == options_.shape.seats() && report_.sold_out_seconds < 0)
    report_.sold_out_seconds = seconds(session_.clock().monotonic() - began_);
}

void ReserveLoad::on_failed(client::PartitionAt, const Error& why) {
  failure_ = why;
  session_.stop();
}

}  // namespace usher::cli

#include "client/cli/steady_load.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/seats/reservation_id.h"
#include "proto/seats/topics.h"

namespace usher::cli {
namespace {

constexpr uint64_t kOutstandingMax = 20'000;
constexpr uint64_t kSeatsMax = 4;

}  // namespace

SteadyLoad::SteadyLoad(Session& session, const wire::SpaceInfo& space)
    : session_(session),
      space_(space),
      producer_(session.cluster()),
      log_(session.cluster(), producer_),
      random_(seed_from_system()) {}

Result<void> SteadyLoad::make_events(SeatsSession& seats) {
  events_.resize(space_.partitions.size());
  uint64_t load = random_.next();
  for (uint64_t i = 0; std::ranges::count(events_, "") > 0; ++i) {
    std::string id = fmt::format("load-{:016x}-{}", load, i);
    std::string& event = events_[seats.partition_of(id).value()];
    if (!event.empty()) continue;
    event = id;
    seats::CreateEvent create;
    create.settings.hold_s = 0;
    create.sections = {{.name = "A", .rows = 20, .seats_per_row = 20}};
    TRY_ASSIGN(auto changed, seats.wait<booking::EventChanged>([&](auto answer) {
      seats.booking().change_event(id, create, {}, std::move(answer));
    }));
    if (changed.became.outcome != seats::EventOutcome::kDone)
      return fail(ErrorCode::INVALID_ARGUMENT, changed.became.detail);
  }
  return {};
}

void SteadyLoad::send() {
  const std::string& event = events_[sent_ % events_.size()];
  seats::Reserve reserve{.section = "A",
                         .user = fmt::format("u{}", sent_),
                         .count = static_cast<uint32_t>(random_.between(1, kSeatsMax))};
  auto id = seats::make_id(event, session_.clock().wall(), random_.next());
  ++sent_;
  ++outstanding_;
  log_.write(seats::Topic::kReservationCommands, event, booking::command_of(id, std::move(reserve)),
             {}, [this, alive = std::weak_ptr(alive_)](const Result<booking::Place>& place) {
               if (alive.expired()) return;
               --outstanding_;
               if (!place) ++failed_;
             });
}

void SteadyLoad::fill(uint64_t requests) {
  for (uint64_t end = sent_ + requests; sent_ < end && !session_.interrupted();) {
    if (outstanding_ < kOutstandingMax)
      send();
    else
      session_.run_for(1ms);
  }
  wait_written();
}

void SteadyLoad::start(uint64_t per_second) {
  running_ = true;
  per_second_ = per_second;
  sent_before_ = sent_;
  began_ = session_.clock().monotonic();
  send_due();
}

void SteadyLoad::send_due() {
  if (!running_) return;
  double seconds = std::chrono::duration<double>(session_.clock().monotonic() - began_).count();
  auto due = static_cast<uint64_t>(seconds * static_cast<double>(per_second_));
  while (sent_ - sent_before_ < due && outstanding_ < kOutstandingMax) send();
  session_.scheduler().after(1ms, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) send_due();
  });
}

void SteadyLoad::stop() {
  running_ = false;
  wait_written();
}

void SteadyLoad::wait_written() {
  while (outstanding_ > 0 && !session_.interrupted()) session_.run_for(5ms);
}

}  // namespace usher::cli

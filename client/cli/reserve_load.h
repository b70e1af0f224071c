// The load of `usher bench reserve`: reservations written as commands, each with its own user, and
// their outcomes read from the log, where every one of them is decided. Every seat that is given is
// remembered, so that one given twice is seen.
//
//     Producer ─→ reservation-commands ─→ (seats app) ─→ reservation-completed ─→ Consumer
//        due at ────────────── latency ─────────────────────────────────────────→ outcome
#pragma once

#include <unordered_map>
#include <unordered_set>

#include "client/booking/cluster_log.h"
#include "client/cli/bench_report.h"
#include "client/cli/session.h"
#include "client/consumer.h"
#include "proto/seats/reservation.h"

namespace usher::cli {

struct SaleShape {
  uint64_t events = 5;
  uint64_t sections = 80;
  uint64_t rows = 20;
  uint64_t seats_per_row = 20;
  uint64_t seats() const { return events * sections * rows * seats_per_row; }
};

struct ReserveLoadOptions {
  std::vector<std::string> events;  // their ids
  SaleShape shape;
  uint64_t outstanding = 20'000;
  uint64_t rate = 0;  // a second; 0: as fast as the outstanding ones allow
  Duration warm_up = {};
  Duration time = {};
};

struct SaleReport {
  BenchReport base;
  uint64_t requests = 0;  // all, the warm-up's too, as the numbers below
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t seats_sold = 0;
  uint64_t double_sold = 0;
  // From the first request to the last seat; below 0: seats are left.
  double sold_out_seconds = -1;
  double selling_seconds = 0;
};

class ReserveLoad final : private client::ConsumerHandler {
 public:
  ReserveLoad(Session& session, const wire::SpaceInfo& space, ReserveLoadOptions options,
              SaleReport& report);
  // Until the time is over or Ctrl-C, and then until every request has its outcome.
  Result<void> run();

 private:
  struct IdHash {
    size_t operator()(const seats::ReservationId& id) const { return id.low ^ id.high; }
  };
  Result<void> begin_reading();
  void go_on();
  void go_soon(Duration delay);
  bool send_one(MonotonicTime due);
  void take(const seats::Completed& completed);
  void count_seats(const seats::ReservationEntry& entry);
  void settle(const seats::ReservationId& id, bool failed);
  bool is_over(MonotonicTime now) const { return now >= ends_; }
  MonotonicTime due_of(uint64_t number) const;

  void on_records(const client::ReadRecords& records) override;
  void on_failed(client::PartitionAt at, const Error& why) override;

  Session& session_;
  const wire::SpaceInfo& space_;
  ReserveLoadOptions options_;
  SaleReport& report_;
  Random random_;
  client::Producer producer_;
  booking::ClusterLog log_;
  client::Consumer consumer_;
  std::unordered_map<seats::ReservationId, MonotonicTime, IdHash> open_;
  std::unordered_set<std::string> given_;  // event, section and seat
  uint64_t sent_ = 0;
  bool go_is_posted_ = false;
  std::optional<Error> failure_;
  MonotonicTime began_;
  MonotonicTime counts_from_;
  MonotonicTime ends_;
  MonotonicTime last_counted_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli

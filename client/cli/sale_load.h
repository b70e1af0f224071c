// The load of `usher bench reserve` and `onsale`: requests of users that each ask once, and what
// became of every one. So many are outstanding at most. Closed: the next goes when one has its
// outcome. Open: at a rate; a request's latency counts from when it was due, so that whatever holds
// it up, the limit of outstanding ones too, is charged to it.
//
//     SaleRequests ─→ send ─→ SaleWay ═ the cluster ═→ on_outcome ─→ report, SeatTally
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/sale_report.h"
#include "client/cli/sale_way.h"
#include "client/cli/seat_tally.h"
#include "client/cli/session.h"

namespace usher::cli {

struct SaleLoadOptions {
  std::vector<std::string> events;  // their ids
  uint64_t outstanding = 20'000;
  uint64_t rate = 0;           // a second; 0: as fast as the outstanding ones allow
  uint64_t most = UINT64_MAX;  // requests in all
  Duration warm_up = {};
  std::optional<Duration> time = {};  // after the warm-up; none: until all were sent
};

class SaleLoad final : private SaleOutcomes {
 public:
  // All outlive it.
  SaleLoad(Session& session, SaleWay& way, SaleRequests requests, SaleLoadOptions options,
           SaleReport& report, SeatTally& named);
  // Until everything was sent, the time is over, or Ctrl-C, and then until every request has its
  // outcome.
  Result<void> run();

 private:
  struct Open {
    MonotonicTime due;
    SaleRequest what;
    bool is_open = true;
  };
  void go_on();
  void go_soon(Duration delay);
  void send_one(MonotonicTime due);
  void settle(Open& open, bool is_error);
  bool is_sent(MonotonicTime now) const { return sent_ >= options_.most || now >= ends_; }
  MonotonicTime due_of(uint64_t number) const;
  Open* find(uint64_t number);
  bool count(const SaleRequest& what, const SaleOutcome& outcome);

  void on_outcome(uint64_t number, Result<SaleOutcome> outcome) override;
  void on_bytes(uint64_t bytes) override { report_.base.bytes += bytes; }
  void on_broken(const Error& why) override;

  Session& session_;
  SaleWay& way_;
  SaleRequests requests_;
  SaleLoadOptions options_;
  SaleReport& report_;
  SeatTally& named_;
  // Those from the oldest one without an outcome on; the last is request sent_ - 1.
  std::deque<Open> window_;
  uint64_t outstanding_ = 0;
  uint64_t sent_ = 0;
  bool go_is_posted_ = false;
  std::optional<Error> failure_;
  MonotonicTime began_;
  MonotonicTime counts_from_;
  MonotonicTime ends_;
  MonotonicTime last_outcome_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli

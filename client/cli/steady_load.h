// Reservations of one event in each partition of the space `events`, for benches that look at
// something else meanwhile: so many at once, or so many a second until it stops. Their outcomes are
// in the log; that they were written is all that is waited for here.
#pragma once

#include <string>
#include <vector>

#include "client/cli/seats_session.h"

namespace usher::cli {

class SteadyLoad {
 public:
  // Both outlive it.
  SteadyLoad(Session& session, const wire::SpaceInfo& space);

  // The events, small ones: nearly all that is asked for is rejected, which is kept as well.
  Result<void> make_events(SeatsSession& seats);
  // As fast as it goes; returns when all are written.
  void fill(uint64_t requests);
  void start(uint64_t per_second);
  // No more; returns when what was sent is written.
  void stop();

  // By partition.
  const std::vector<std::string>& events() const { return events_; }
  uint64_t failed() const { return failed_; }

 private:
  void send();
  void send_due();
  void wait_written();

  Session& session_;
  const wire::SpaceInfo& space_;
  client::Producer producer_;
  booking::ClusterLog log_;
  Random random_;
  std::vector<std::string> events_;
  uint64_t sent_ = 0;
  uint64_t outstanding_ = 0;
  uint64_t failed_ = 0;
  // While it goes on.
  bool running_ = false;
  uint64_t per_second_ = 0;
  uint64_t sent_before_ = 0;
  MonotonicTime began_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli

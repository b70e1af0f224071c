// The simulated scheduler and network as a test drives them: in virtual time, from a fixed seed.
#pragma once

#include <functional>
#include <optional>

#include "tests/sim/sim_network.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::sim {

class SimSchedulerFixture {
 public:
  SimSchedulerFixture() { scheduler_.emplace(loop_); }
  Scheduler& scheduler() { return *scheduler_; }
  SimLoop& loop() { return loop_; }
  void destroy_scheduler() { scheduler_.reset(); }

  bool run_until(const std::function<bool()>& done) { return loop_.run_until(done, 60s); }
  // Long enough for whatever is due now to happen.
  void settle() { loop_.run_for(20ms); }

 private:
  SimLoop loop_;
  std::optional<SimScheduler> scheduler_;
};

class SimTransportFixture : public SimSchedulerFixture {
 public:
  explicit SimTransportFixture(net::TransportOptions options = {})
      : network_(loop(), Random(1)),
        server_(network_.transport("server", scheduler(), options)),
        client_(network_.transport("client", scheduler(), options)) {}
  net::Transport& server() { return *server_; }
  net::Transport& client() { return *client_; }
  SimNetwork& network() { return network_; }
  net::Endpoint free_address() const { return {"server", 0}; }

 private:
  SimNetwork network_;
  std::unique_ptr<net::Transport> server_;
  std::unique_ptr<net::Transport> client_;
};

}  // namespace usher::sim

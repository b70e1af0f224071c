// How the rest of a daemon speaks to a Worker, which lives on another thread: by what is posted
// there. Made before that thread runs and destroyed when it runs no more, so nothing has a lock.
#pragma once

#include "processors/daemon/worker.h"

namespace usher::processors {

// A thread for tasks: everything of a worker happens there, but what waits for the disk, aside.
struct WorkerSeat {
  Scheduler& scheduler;
  Scheduler& aside;
  net::Transport& transport;
};

class WorkerPort {
 public:
  WorkerPort(WorkerSeat seat, Random random, std::vector<net::Endpoint> brokers,
             TaskMeasures measures, Log log)
      : seat_(seat),
        worker_(seat.transport, seat.scheduler, seat.aside, random, std::move(brokers),
                std::move(measures), std::move(log)) {}

  // In the order of the calls.
  void post(std::move_only_function<void(Worker&)> act) {
    seat_.scheduler.post([this, act = std::move(act)]() mutable { act(worker_); });
  }

 private:
  WorkerSeat seat_;
  Worker worker_;
};

}  // namespace usher::processors

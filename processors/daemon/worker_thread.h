// A thread with a scheduler and a transport of its own, for one worker; and one beside it for what
// waits for the disk.
#pragma once

#include <thread>

#include "proto/net/asio_transport.h"

namespace usher::processors {

class WorkerThread {
 public:
  // The clock outlives it.
  explicit WorkerThread(const Clock& clock) : scheduler_(clock), aside_(clock) {}
  ~WorkerThread() { stop(); }
  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  void start() {
    thread_ = std::thread([this] { scheduler_.run(); });
    aside_thread_ = std::thread([this] { aside_.run(); });
  }
  // Nothing runs on it any more; what lives there may be destroyed by whoever called.
  void stop() {
    if (!thread_.joinable()) return;
    scheduler_.stop();
    thread_.join();
    aside_.stop();
    aside_thread_.join();
  }

  Scheduler& scheduler() { return scheduler_; }
  Scheduler& aside() { return aside_; }
  net::Transport& transport() { return transport_; }

 private:
  net::AsioScheduler scheduler_;
  net::AsioScheduler aside_;
  net::AsioTransport transport_{scheduler_};
  std::thread thread_;
  std::thread aside_thread_;
};

}  // namespace usher::processors

// A reactor as the broker has one: Asio's loop and the disk that the machine lets us have.
#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "broker/io/choose_disk.h"
#include "proto/base/check.h"
#include "proto/base/system_clock.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/readable_watch.h"

namespace usher::bench {

class Reactor {
 public:
  Reactor() : scheduler_(clock_) {}

  net::AsioScheduler& scheduler() { return scheduler_; }
  MonotonicTime now() const { return clock_.monotonic(); }
  void run() { scheduler_.run(); }
  void stop() { scheduler_.stop(); }
  template <class Done>
  void run_until(Done done) {
    auto look = [&](auto&& self) -> void {
      if (done()) return stop();
      scheduler_.after(20us, [self] { self(self); });
    };
    look(look);
    run();
  }

 private:
  SystemClock clock_;
  net::AsioScheduler scheduler_;
};

// A directory's disk, watched by a reactor.
class ReactorDisk {
 public:
  ReactorDisk(Reactor& reactor, const std::string& directory) {
    auto made = io::make_disk(reactor.scheduler(), directory);
    CHECK(made.has_value(), "no disk there");
    chosen_ = std::move(*made);
    if (chosen_.event_fd >= 0)
      watch_.emplace(reactor.scheduler(), chosen_.event_fd, [this] { chosen_.on_readable(); });
  }
  io::Disk& disk() { return *chosen_.disk; }

 private:
  io::ChosenDisk chosen_;
  std::optional<net::ReadableWatch> watch_;
};

inline Duration duration_of(double seconds) {
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

// Exact ones: keep all, sort at the end.
inline double percentile(std::vector<double>& values, double percent) {
  if (values.empty()) return 0;
  auto at = values.begin() + static_cast<std::ptrdiff_t>(percent / 100 * double(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

}  // namespace usher::bench

// A producer of a simulated partition: one batch at a time. An idempotent one sends it again under
// its sequence until it is answered; an anonymous one takes what comes.
#pragma once

#include <optional>
#include <string>

#include "tests/sim/log/client.h"

namespace usher::sim {

class Producer {
 public:
  Producer(Cluster& cluster, std::string name, bool idempotent, Duration patience, Random random);
  // Its values are at least so long.
  void pad_values(size_t bytes) { value_bytes_ = bytes; }
  void start() { next(); }
  // Begins nothing new; idle() once the last is answered.
  void stop() { stopped_ = true; }
  bool idle() const { return !waiting_; }
  // Goes on after a stop.
  void resume() {
    if (!stopped_) return;
    stopped_ = false;
    next();
  }

 private:
  void next();
  void send();
  void answered(uint64_t attempt, const std::string& value, Result<partition::Receipt> result);

  Cluster& cluster_;
  ClientId client_;
  std::string name_;
  bool idempotent_;
  Duration patience_;
  Random random_;
  wire::ProducerId id_;
  uint64_t sequence_ = 0;
  uint64_t sent_ = 0;
  size_t value_bytes_ = 0;
  std::string value_;
  std::optional<wire::Batch> batch_;
  bool waiting_ = false;
  bool stopped_ = false;
  uint64_t attempt_ = 0;
};

}  // namespace usher::sim

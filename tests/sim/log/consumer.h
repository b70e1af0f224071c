// A consumer of a simulated partition: follows one topic of the committed log, now at this broker,
// now at another, and says what it continues from. What it sees must be one log, without a jump.
#pragma once

#include <optional>

#include "tests/sim/log/client.h"

namespace usher::sim {

class Consumer {
 public:
  Consumer(Cluster& cluster, Duration patience, Random random);
  void start() { read(); }
  Offset scanned() const { return scanned_; }

 private:
  void read();
  void take(const partition::FetchAnswer& answer);
  void see(const ReadRecord& record);

  Cluster& cluster_;
  ClientId client_;
  Duration patience_;
  Random random_;
  uint64_t attempt_ = 0;
  size_t at_ = 0;
  Offset scanned_;
  std::optional<Term> scanned_term_;
  Seq next_;
};

}  // namespace usher::sim

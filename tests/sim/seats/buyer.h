// A client of the simulated sale: sends a command or a few, one batch at a time, waits until they
// are in the log, and asks an owner what became of them; by what it is told it pays and cancels.
// What it was told is remembered, to be held against the log.
//
//     draw ─→ send, again until it is answered ─→ ask behind its own place ─→ Told
#pragma once

#include <deque>

#include "tests/sim/app/checks/committed_log.h"
#include "tests/sim/app/daemons.h"
#include "tests/sim/seats/commands.h"

namespace usher::sim {

// What all clients were told.
struct Sightings {
  std::vector<Told> told;
  uint64_t commands = 0;  // acknowledged
};

class Buyer {
 public:
  using Daemons = std::vector<std::unique_ptr<Daemon>>;
  // An idempotent one sends a batch under its sequence until it is answered; another one just sends
  // it again, so that it may stand there twice.
  Buyer(Cluster& cluster, Daemons& daemons, Sightings& sightings, std::string name, bool idempotent,
        Random random);
  void start() { next(); }
  void pause() { paused_ = true; }
  void resume();
  bool is_waiting() const { return waiting_; }

 private:
  void next();
  void send();
  void answered(uint64_t attempt, Result<partition::Receipt> result);
  void ask(const Command& command, Offset behind);
  void told(const Command& command, MonotonicTime asked, Result<processors::QueryAnswer> answer);

  Cluster& cluster_;
  Daemons& daemons_;
  Sightings& sightings_;
  ClientId client_;
  bool idempotent_;
  Random random_;
  Commands commands_;
  wire::ProducerId id_;
  uint64_t sequence_ = 0;
  std::vector<Command> sent_;    // in the batch
  std::deque<Command> to_send_;  // by what was told
  std::deque<Command> known_;    // in the log, the last few
  std::optional<wire::Batch> batch_;
  bool waiting_ = false;
  bool paused_ = false;
  uint64_t attempt_ = 0;
};

}  // namespace usher::sim

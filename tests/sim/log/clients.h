// Who uses a simulated partition: idempotent producers, anonymous ones, and owners that compete for
// an app, read ahead of the commit and keep several steps in flight.
#pragma once

#include <optional>
#include <string>

#include "proto/wire/batch_builder.h"

#include "tests/sim/log/cluster.h"
#include "tests/sim/log/history.h"

namespace usher::sim {

constexpr TopicId kInputs{20};
constexpr TopicId kOutputs{21};
constexpr AppId kApp{1};
constexpr Duration kAnswerWithin = 700ms;

// One batch at a time, sent again under its sequence until it is answered.
class Producer {
 public:
  Producer(Cluster& cluster, History& history, std::string name, bool idempotent, Random random);
  void start() { next(); }
  // Begins nothing new; idle() once the last is answered.
  void stop() { stopped_ = true; }
  bool idle() const { return !waiting_; }
  // Goes on after a stop. It is idle.
  void resume() {
    if (!stopped_) return;
    stopped_ = false;
    next();
  }

 private:
  void next();
  void send();
  void answered(uint64_t attempt, Result<partition::Receipt> result);

  Cluster& cluster_;
  History& history_;
  std::string name_;
  bool idempotent_;
  Random random_;
  wire::ProducerId id_;
  uint64_t sequence_ = 0;
  uint64_t sent_ = 0;
  std::string value_;
  std::optional<wire::Batch> batch_;
  bool waiting_ = false;
  bool stopped_ = false;
  uint64_t attempt_ = 0;
};

// Claims, then steps through the inputs. What is refused or not answered it looks up in the
// committed log, and goes on from there under the same claim.
class Owner {
 public:
  Owner(Cluster& cluster, History& history, MemberId member, uint64_t& epochs, Random random);
  // Takes the app over with the next epoch.
  void claim();
  bool owns() const { return owns_; }
  // Consumed up to here, as the committed log says.
  Offset position() const { return committed_.position; }

 private:
  // What the committed log says of the app.
  struct Committed {
    Offset scanned;
    Offset position;
    StepNumber next{0};
  };
  bool is_over(uint64_t life) const { return life != life_; }
  // Runs `act` later, unless another life has begun.
  void later(Duration delay, void (Owner::*act)());
  void send_claim();
  // Reads the committed log up to `until`, then steps.
  void restore(Offset until);
  void take_committed(const partition::FetchAnswer& answer);
  void read();
  void step(const partition::FetchAnswer& answer);
  void send_step(wire::Batch step);
  void recover();
  size_t somewhere();

  Cluster& cluster_;
  History& history_;
  MemberId member_;
  uint64_t& epochs_;
  Random random_;
  // Answers to an earlier life are ignored: every claim and every recovery begins another.
  uint64_t life_ = 0;
  Epoch epoch_;
  bool owns_ = false;
  Committed committed_;
  // Reading ahead: where, and what is claimed to stand before it.
  Offset scanned_;
  std::optional<Term> scanned_term_;
  Offset position_;
  StepNumber next_{0};
  uint64_t in_flight_ = 0;
};

}  // namespace usher::sim

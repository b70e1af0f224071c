// An owner of a simulated app's task: claims, then steps through the inputs. It reads ahead of the
// commit and keeps several steps in flight. What is not answered it sends again as it was; what is
// refused it looks up in the committed log, and goes on from there under the same claim.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "tests/sim/log/client.h"

namespace usher::sim {

class Owner {
 public:
  Owner(Cluster& cluster, MemberId member, uint64_t& epochs, Duration patience, Random random);
  // Takes the app over with the next epoch.
  void claim();
  bool owns() const { return owns_; }
  // Consumed up to here, as the committed log says.
  Offset position() const { return position_; }
  bool idle() const { return in_flight_.empty(); }

 private:
  // What the committed log says of the app.
  struct Committed {
    Offset scanned;
    Offset position;
    StepNumber next{0};
  };
  struct InFlight {
    StepNumber number;
    std::string value;
    wire::Batch batch;
  };
  bool is_over(uint64_t life) const { return life != life_; }
  // Runs `act` later, unless another life has begun.
  void later(Duration delay, void (Owner::*act)());
  void send_claim();
  // Reads the committed log up to `until`, then steps.
  void restore(Offset until);
  void take_committed(const partition::FetchAnswer& answer);
  // What it had read is gone: as whoever asks the partition for the app's position.
  void skip_to(Offset start);
  void go_on();
  void read();
  void take(const partition::FetchAnswer& answer);
  void step(Offset to, uint32_t timers, const std::string& what);
  void send_step(const InFlight& step);
  void answered(StepNumber number, const std::string& value, Result<partition::Receipt> result);
  void send_again();
  void recover();

  Cluster& cluster_;
  ClientId client_;
  MemberId member_;
  uint64_t& epochs_;
  Duration patience_;
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
  InputsHash inputs_;  // between the position and what was scanned
  StepNumber next_{0};
  std::deque<InFlight> in_flight_;
};

}  // namespace usher::sim

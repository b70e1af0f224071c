// Steps on their way: appended without waiting for each other, committed in their order, sent again
// from the oldest that got lost. At most as many as the partition keeps receipts of.
//
//     add ─→ [ 7 receipt │ 8 receipt │ 9 sent │ 10 to send ] ─→ committed(7, 8) …
//
// Receipts that come in one turn are told of in one go: bringing two steps into the store together
// costs little more than one.
#pragma once

#include <deque>

#include "processors/executor.h"
#include "processors/lifeline.h"
#include "processors/partition_log.h"
#include "processors/refusal.h"

namespace usher::processors {

class StepsInFlight {
 public:
  struct Step {
    wire::StepGuard guard;
    wire::Batch batch;
    std::vector<Callback> effects;
    std::optional<Receipt> receipt = std::nullopt;
    bool sent = false;
  };
  struct Events {
    // The oldest steps, at least one, are committed, and no longer here.
    std::function<void(std::vector<Step> steps)> committed;
    // A refusal that sending again does not mend. The steps are still here.
    std::function<void(const Error& why, Remedy remedy)> refused;
  };

  StepsInFlight(Scheduler& scheduler, PartitionLog& log, Events events);
  ~StepsInFlight();

  void add(wire::StepGuard guard, FinishedStep step);
  size_t size() const { return steps_.size(); }
  bool empty() const { return steps_.empty(); }
  // The input of the oldest begins here. There is one.
  Offset oldest_from() const { return steps_.front().guard.from; }
  // Whatever becomes of them is not told any more.
  void drop();

 private:
  void send_unsent();
  void send(Step& step);
  void answered(StepNumber number, Result<Receipt> result);
  void tell_soon();
  void tell();
  Step* find(StepNumber number);
  void resend_later();

  Scheduler& scheduler_;
  PartitionLog& log_;
  Events events_;
  std::deque<Step> steps_;  // by number, dense
  bool telling_ = false;
  std::optional<Scheduler::TimerId> resend_;
  Duration delay_;
  Lifeline life_;
};

}  // namespace usher::processors

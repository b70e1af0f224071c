// The processors of one task at work: a record enters at its source and runs through everything
// behind it, depth first, inside one call. What comes out goes into the step's draft.
//
//     run(record) ─→ source ─→ processor ─┬→ processor ─→ sink ─→ draft
//                               │ stores  └→ sink ─→ draft ─→ source (joined) ─→ …
//     fire(timer) ──────────────┘
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "processors/step_draft.h"
#include "processors/timers.h"
#include "processors/topology.h"

namespace usher::processors {

class Chain {
 public:
  // State and timers outlive it.
  Chain(std::shared_ptr<const Topology> topology, state::TaskState& state, Timers& timers);
  Chain(const Chain&) = delete;
  Chain& operator=(const Chain&) = delete;

  // What goes wrong in any processor is the record's failure; the caller takes back what it did.
  Result<void> run(const Origin& origin, const Message& message, WallTime time, StepDraft& draft);
  Result<void> fire(const Timers::Due& due, const Origin& origin, StepDraft& draft);
  // Orderly end.
  void close();

 private:
  friend class Context;
  struct At {
    std::unique_ptr<Processor> processor;  // none: not a processor
    std::unique_ptr<Context> context;
  };
  void deliver(size_t node, const Message& message);
  void deliver_behind(size_t node, const Message& message);
  void write(const Node& node, const Message& message);
  void fail_with(Error error);
  Result<void> work(const Origin& origin, WallTime time, StepDraft& draft,
                    const std::function<void()>& act);

  std::shared_ptr<const Topology> topology_;
  state::TaskState& state_;
  Timers& timers_;
  std::vector<At> nodes_;
  // Of the record at hand.
  Origin origin_;
  WallTime time_;
  StepDraft* draft_ = nullptr;
  std::optional<Error> failure_;
};

}  // namespace usher::processors

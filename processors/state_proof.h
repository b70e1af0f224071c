// What a committed store really holds: the digest summed anew over all its entries, for an audit
// that does not believe the running one. Slice by slice on the task's own Scheduler, over a
// snapshot, so that steps go on meanwhile.
//
//     snapshot ─→ slice ─→ post ─→ slice ─→ … ─→ done(stamp, digest of all entries)
#pragma once

#include "processors/lifeline.h"
#include "processors/state/committed_store.h"
#include "proto/base/scheduler.h"

namespace usher::processors {

struct StateSum {
  state::Stamp stamp;  // what the store says of itself; its digest is the running one
  Digest digest;       // of the entries that are there
  uint64_t entries = 0;
};

class StateProof {
 public:
  using Done = std::move_only_function<void(Result<StateSum>)>;

  // The store outlives it. `done` is called once, never inside the constructor. IO_FAILED,
  // STATE_UNREADABLE: the disk. NOT_OWNER: it was destroyed before it was done.
  StateProof(Scheduler& scheduler, const state::CommittedStore& store, Done done);
  ~StateProof();

  bool is_done() const { return !snapshot_; }

 private:
  void go_on();
  void slice();
  void finish(Result<StateSum> sum);

  Scheduler& scheduler_;
  std::unique_ptr<state::Snapshot> snapshot_;
  Done done_;
  StateSum sum_;
  std::string scratch_;
  Lifeline life_;
};

}  // namespace usher::processors

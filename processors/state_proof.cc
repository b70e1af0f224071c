#include "processors/state_proof.h"

#include "processors/state/digest.h"
#include "proto/base/limits.h"

namespace usher::processors {

StateProof::StateProof(Scheduler& scheduler, const state::CommittedStore& store, Done done)
    : scheduler_(scheduler), snapshot_(store.snapshot()), done_(std::move(done)) {
  sum_.stamp = snapshot_->stamp();
  go_on();
}

void StateProof::go_on() {
  scheduler_.post(life_.wrap([this] { slice(); }));
}

void StateProof::slice() {
  if (!snapshot_) return;
  auto more =
      snapshot_->next(limits::kProofEntries, [&](std::string_view key, std::string_view value) {
        sum_.digest = state::plus(sum_.digest, state::entry_digest(key, value, scratch_));
        ++sum_.entries;
        return true;
      });
  if (!more) return finish(fail(more.error()));
  if (*more) return go_on();
  finish(sum_);
}

StateProof::~StateProof() {
  if (snapshot_) finish(fail(ErrorCode::NOT_OWNER, "the task is given up here"));
}

void StateProof::finish(Result<StateSum> sum) {
  snapshot_.reset();
  Done done = std::move(done_);
  done(std::move(sum));
}

}  // namespace usher::processors

// The seam between a task and its partition: append, fetch, read index. The client has it over the
// network, the simulator over the production Partition, the test driver in memory.
//
// All of it happens on the task's Scheduler. Every call is answered exactly once, never inside the
// call; what is lost on the way is answered with TIMED_OUT or the like. Appends of one task leave
// in the order of the calls.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "proto/base/scheduler.h"
#include "proto/wire/batch.h"

namespace usher::processors {

struct Receipt {
  Offset base;
  Offset end;
  Term term;
  WallTime time;
  wire::Chain chain;
};

struct FetchRequest {
  Offset from = {};
  // The term of the record before `from`, as the reader saw it; INPUT_GONE where the log does not
  // hold it. None: it begins here.
  std::optional<Term> continues = {};
  std::vector<TopicId> topics = {};  // none: all
  uint64_t bytes_max = 0;
  // Also what is appended and not committed yet.
  bool uncommitted = false;
  // How long to wait where there is nothing to answer with.
  Duration wait_max{0};
};

struct FetchAnswer {
  std::vector<wire::Batch> batches;  // whole ones that hold a record of the topics
  // All below was looked at; the term of the record before, none if nothing was.
  Offset scanned;
  std::optional<Term> scanned_term;
  Offset commit;
};

struct ReadIndex {
  Offset commit;
  Epoch newest_claim;  // of the app
  // Up to where it has consumed, and its next step, as of the commit.
  Offset position = {};
  StepNumber next_step = {};
};

class PartitionLog {
 public:
  template <class T>
  using Answer = std::move_only_function<void(Result<T>)>;

  virtual ~PartitionLog() = default;
  // Answered when the batch is committed, or surely or possibly not: FENCED, TOO_EARLY, INPUT_GONE,
  // DIVERGED as the guard says, CUT_OFF, NOT_LEADER, and what a network does. A step or claim that
  // is in the log already is answered with its first receipt.
  virtual void append(wire::Batch batch, Answer<Receipt> answer) = 0;
  virtual void fetch(FetchRequest request, Answer<FetchAnswer> answer) = 0;
  // The commit, not older than the call, and who claimed last up to it.
  virtual void read_index(AppId app, Answer<ReadIndex> answer) = 0;
};

}  // namespace usher::processors

// The end of a partition's log, in memory: batches by their offset, header and body, without holes.
// What is read back most is here, and everything that stands in no segment yet.
//
//     segments ───── start │ stored: may be let go │ only here and in the journal │ end
//
// All tails of a broker share a budget: when it is used up, whoever has most to let go lets go.
// Belongs to one Scheduler's thread, and so do all that share its budget.
#pragma once

#include <deque>
#include <vector>

#include "proto/wire/batch.h"

namespace usher::log {

class Tail;

class TailBudget {
 public:
  explicit TailBudget(uint64_t bytes_max) : bytes_max_(bytes_max) {}
  TailBudget(const TailBudget&) = delete;
  TailBudget& operator=(const TailBudget&) = delete;
  // Above bytes_max only by what no tail may let go.
  uint64_t bytes() const { return bytes_; }

 private:
  friend class Tail;
  void add(uint64_t bytes);
  void shrink();

  uint64_t bytes_max_;
  uint64_t bytes_ = 0;
  std::vector<Tail*> tails_;
};

class Tail {
 public:
  // An empty tail behind a log that ends there. The budget outlives it.
  Tail(Offset start, wire::Chain chain, TailBudget& budget);
  ~Tail();
  Tail(const Tail&) = delete;
  Tail& operator=(const Tail&) = delete;

  Offset start() const { return start_; }
  Offset end() const { return batches_.empty() ? start_ : batches_.back().header().end_offset(); }
  uint64_t bytes() const { return bytes_; }
  // The chain of what stands before end().
  const wire::Chain& end_chain() const {
    return batches_.empty() ? start_chain_ : batches_.back().header().chain();
  }

  // Behind the end.
  void append(wire::Batch batch);
  // The log ends at `end`, a batch's boundary.
  void truncate(Offset end);
  // Nothing of it stands any more: empty behind another log that ends there.
  void restart(Offset start, const wire::Chain& chain);
  // What ends there or before can be read from segments: it stays while the budget allows it.
  void may_let_go(Offset end);

  // The batch that holds the record; none outside of the tail.
  const wire::Batch* find(Offset offset) const;
  // Calls with the batches from a boundary on that end at `limit` or before, while it says true.
  template <class Look>
  void each(Offset from, Offset limit, Look look) const {
    for (size_t i = index_of(from); i < batches_.size(); ++i)
      if (batches_[i].header().end_offset() > limit || !look(batches_[i])) return;
  }
  // Whole batches from a boundary on, at least one where there is one, up to bytes_max and below
  // `limit`.
  std::vector<wire::Batch> read(Offset from, Offset limit, uint64_t bytes_max) const;

 private:
  friend class TailBudget;
  // Of the first batch at `offset` or behind it.
  size_t index_of(Offset offset) const;
  void let_go(uint64_t bytes);

  TailBudget& budget_;
  Offset start_;
  wire::Chain start_chain_;
  std::deque<wire::Batch> batches_;
  uint64_t bytes_ = 0;
  size_t may_go_ = 0;  // so many batches, from the start
  uint64_t may_go_bytes_ = 0;
};

}  // namespace usher::log

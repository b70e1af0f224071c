// The end of a partition's log, in memory: batches by their offset, header and body, without holes.
// What is read back most is here, and everything that is not committed yet.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "proto/wire/batch.h"

namespace usher::partition {

class Tail {
 public:
  // An empty tail behind a log that ends there.
  Tail(Offset start, wire::Chain chain) : start_(start), start_chain_(chain) {}

  Offset start() const { return start_; }
  Offset end() const {
    return batches_.empty() ? start_ : batches_.rbegin()->second.header().end_offset();
  }
  uint64_t bytes() const { return bytes_; }
  // The chain of what stands before `offset`, a batch's boundary.
  const wire::Chain& chain_before(Offset offset) const;

  // Behind the end.
  void append(wire::Batch batch);
  // The log ends at `end`, a batch's boundary.
  void truncate(Offset end);

  // The batch that holds the record; none outside of the tail.
  const wire::Batch* find(Offset offset) const;
  // Whole batches from a boundary on, at least one where there is one, up to bytes_max and below
  // `limit`.
  std::vector<wire::Batch> read(Offset from, Offset limit, uint64_t bytes_max) const;

 private:
  Offset start_;
  wire::Chain start_chain_;
  std::map<Offset, wire::Batch> batches_;
  uint64_t bytes_ = 0;
};

}  // namespace usher::partition

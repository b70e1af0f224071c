// Walks over a piece of a segment, batch by batch, and believes none before it has proved itself:
// the header's CRCs, its place, the chain, the sections' CRCs. Pure.
//
//     │ batch │ batch │ zeros │ batch │ …       a write ends with zeros up to the sector
#pragma once

#include <optional>
#include <string>

#include "broker/log/boundary.h"

namespace usher::log {

class BatchScan {
 public:
  enum class Found : uint8_t {
    kBatch,
    kEnd,      // the piece ends at a batch's boundary
    kCut,      // the piece ends inside a batch: bytes_wanted() of it would show it
    kDamaged,  // what stands here is not the next batch: why()
  };

  // `piece` stands at byte `begin` of its file; the walk starts at byte `position`, where a batch
  // begins (or zeros before one), at `offset` and `chain`.
  BatchScan(Key key, Buffer piece, uint64_t begin, uint64_t position, Offset offset,
            const wire::Chain& chain);

  // The next batch becomes batch(), at batch_position().
  Found next();
  const wire::Batch& batch() const { return *batch_; }
  uint64_t batch_position() const { return batch_position_; }

  // Behind the last batch that proved itself: the log's offset and chain, and the byte.
  Offset offset() const { return offset_; }
  const wire::Chain& chain() const { return chain_; }
  uint64_t position() const { return position_; }
  // Where the walk stopped: behind zeros, if any.
  uint64_t stopped_at() const { return begin_ + at_; }
  uint64_t bytes_wanted() const { return bytes_wanted_; }
  const std::string& why() const { return why_; }

 private:
  bool skip_zeros();
  Found damaged(std::string why);

  Key key_;
  Buffer piece_;
  uint64_t begin_;
  size_t at_;
  uint64_t position_;
  Offset offset_;
  wire::Chain chain_;
  std::optional<wire::Batch> batch_;
  uint64_t batch_position_ = 0;
  uint64_t bytes_wanted_ = 0;
  std::string why_;
};

}  // namespace usher::log

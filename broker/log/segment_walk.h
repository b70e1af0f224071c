// A whole segment file, read from its beginning: what a start does with the last segment, and what
// makes an index again. Pure.
#pragma once

#include <functional>

#include "broker/log/index.h"
#include "broker/log/segment_head.h"

namespace usher::log {

struct SegmentWalk {
  SegmentHead head;
  Boundary end;  // behind the last batch that proved itself
  Index index;
  uint64_t position;  // of the byte behind it
  // Why what stands behind it, and behind zeros, is no batch; empty where only zeros follow.
  std::string stopped_by = {};
  uint64_t stopped_at = 0;
};

// A batch, and the byte of the file where it stands.
using OnBatch = std::function<void(const wire::Batch&, uint64_t)>;

// SEGMENT_CORRUPT: the head is not one of this log's segment that begins at `base`.
Result<SegmentWalk> walk_segment(Key key, Offset base, const Buffer& file,
                                 const std::function<void(const SegmentHead&)>& on_head,
                                 const OnBatch& on_batch);

}  // namespace usher::log

#include "broker/log/segment_walk.h"

#include "broker/log/batch_scan.h"

namespace usher::log {

Result<SegmentWalk> walk_segment(Key key, Offset base, const Buffer& file,
                                 const std::function<void(const SegmentHead&)>& on_head,
                                 const OnBatch& on_batch) {
  TRY_ASSIGN(SegmentHead head, decode_head(file));
  if (head.key != key || head.begin.offset != base)
    return fail(ErrorCode::SEGMENT_CORRUPT, "the head of another segment");
  on_head(head);
  uint64_t position = head_bytes(head);
  Boundary end = head.begin;
  SegmentWalk walk{.head = head, .end = end, .index = Index(end, position), .position = position};
  walk.stopped_at = position;
  if (position > file.size()) {
    walk.stopped_by = "the file ends within its head";
    return walk;
  }
  BatchScan scan(key, file, 0, position, end.offset, end.chain);
  BatchScan::Found found = scan.next();
  for (; found == BatchScan::Found::kBatch; found = scan.next()) {
    walk.index.note(scan.batch().header(), scan.batch_position());
    walk.end.pass(scan.batch().header());
    on_batch(scan.batch(), scan.batch_position());
  }
  walk.position = scan.position();
  walk.stopped_at = scan.stopped_at();
  if (found == BatchScan::Found::kDamaged) walk.stopped_by = scan.why();
  if (found == BatchScan::Found::kCut) walk.stopped_by = "the file ends within a batch";
  return walk;
}

}  // namespace usher::log

// Where in a segment to look for an offset, a time or a topic's seq: one entry for every 64 KiB or
// so, and what the segment holds as a whole. Written beside a sealed segment; of the open one it is
// only in memory. It can always be made again from the segment. docs/formats/segment.md.
#pragma once

#include <vector>

#include "broker/log/boundary.h"

namespace usher::log {

// A batch begins at `position`.
struct IndexEntry {
  Offset offset;
  WallTime time;  // of this batch
  uint64_t position = 0;
  wire::Chain before;  // the chain of the batch before
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

struct TopicSpan {
  Seq first;
  Seq end;
  uint64_t bytes = 0;
  friend bool operator==(const TopicSpan&, const TopicSpan&) = default;
};

// What a segment holds as a whole: enough to judge and to find it without opening it.
struct SegmentSummary {
  Offset base;
  Offset end;
  WallTime first_time;
  WallTime last_time;
  wire::Chain before;
  wire::Chain after;
  uint64_t bytes = 0;  // of the file, up to the last batch's end
  std::map<TopicId, TopicSpan> topics;
  friend bool operator==(const SegmentSummary&, const SegmentSummary&) = default;
};

class Index {
 public:
  // Of a segment that begins there; its first batch stands at byte `position`.
  Index(const Boundary& begin, uint64_t position);

  // The next batch of the segment, which the boundary has not passed yet.
  void note(const wire::BatchHeader& header, uint64_t position);

  const SegmentSummary& summary() const { return summary_; }
  const std::vector<IndexEntry>& entries() const { return entries_; }
  // The first batch's byte: the head ends there.
  uint64_t begins_at() const {
    return entries_.empty() ? summary_.bytes : entries_.front().position;
  }
  bool empty() const { return entries_.empty(); }
  // Where to begin looking. The segment holds the offset; …
  const IndexEntry& at_offset(Offset offset) const;
  // … for the first batch of this time or later; …
  const IndexEntry& at_time(WallTime time) const;
  // … for the topic's record of this seq, which the segment holds.
  const IndexEntry& at_seq(TopicId topic, Seq seq) const;

  // Whole sectors, aligned as O_DIRECT wants it.
  Buffer encode(Key key) const;
  // SEGMENT_CORRUPT: not an index of this log, or damaged.
  static Result<Index> decode(Key key, Bytes file);
  friend bool operator==(const Index&, const Index&) = default;

 private:
  Index() = default;
  struct SeqRow {
    Seq seq;             // of the topic's next record …
    uint32_t entry = 0;  // … from this entry on
    friend bool operator==(const SeqRow&, const SeqRow&) = default;
  };

  SegmentSummary summary_;
  std::vector<IndexEntry> entries_;
  std::map<TopicId, std::vector<SeqRow>> seqs_;
};

}  // namespace usher::log

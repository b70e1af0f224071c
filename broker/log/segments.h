// The segments of one partition replica: the log as it is read, on disk. Only committed batches
// come here, and nothing stored is ever truncated or written twice; the journal is what makes them
// durable until they are.
//
//     append ─→ queue ─→ open segment ──full──→ sealed segments, each with its index
//                  │          │ synced             ↑        ↑
//                  │          └─→ on_stored        │        └─ remove_before: retention
//                  └ written → on_written: the     └─ read, offset_at
//                    tail may let go of it
//
// (the contents page; each chapter is a file: opening, writing, sealing, reading, removing,
// restarting, mending)
// Belongs to one Scheduler's thread; nothing here blocks it.
#pragma once

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/io/disk.h"
#include "broker/io/kept_memory.h"
#include "broker/log/index.h"
#include "broker/log/rewriting.h"
#include "broker/log/segment_head.h"
#include "proto/base/limits.h"
#include "proto/base/scheduler.h"

namespace usher::log {

// For `count` pieces on their way at a time.
inline std::shared_ptr<io::KeptMemory> piece_memory(size_t count) {
  return std::make_shared<io::KeptMemory>(limits::kSegmentPieceBytes, count);
}

struct Options {
  Key key;
  std::string directory;  // this replica's own
  uint64_t segment_bytes = limits::kSegmentBytes;
  uint64_t sync_bytes = limits::kSegmentSyncBytes;
  Duration write_after = limits::kSegmentWriteAfter;
  // What is written goes through it; all partitions of a reactor may share one.
  std::shared_ptr<io::KeptMemory> memory = piece_memory(1);
};

// Told at a start what the log holds: the newest snapshot, then every batch behind it.
class Restoring {
 public:
  virtual ~Restoring() = default;
  virtual Result<void> on_snapshot(Bytes snapshot) = 0;
  virtual void on_batch(const wire::Batch& batch) = 0;
  // What a segment would begin with that continues all this.
  virtual Buffer snapshot() const = 0;
};

// Whoever has the segments: told what has become of what was appended. Not inside the calls.
class Owner {
 public:
  virtual ~Owner() = default;
  // Everything below `end` can be read from here; a crash may still take it.
  virtual void on_written(Offset end) = 0;
  // Everything below `end` is safe here.
  virtual void on_stored(Offset end) = 0;
  // A write or sync failed: nothing more is written in this life, what is there is still read.
  virtual void on_segments_failed(const Error& why) = 0;
  // What folds a log from its very beginning.
  virtual std::shared_ptr<Restoring> begin_fold() const = 0;
};

struct Read {
  Offset from;                                     // the batch that holds it comes first
  Offset limit;                                    // batches that end there or before
  uint64_t bytes_max = limits::kSegmentReadBytes;  // one batch comes however large it is
};

class Segments {
 public:
  // Reads what is there; the last segment, and of the others their indexes. `stored` is what the
  // journal knows to be safe here. SEGMENT_CORRUPT: something of that is not, at the named file and
  // byte. Whole batches above it are kept, they are committed; a torn rest is cut off.
  static void open(Scheduler& scheduler, io::Disk& disk, Options options, Offset stored,
                   std::shared_ptr<Restoring> restoring, io::Done<std::unique_ptr<Segments>> done);
  ~Segments();
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;
  // Before anything is appended; outlives this.
  void set_owner(Owner& owner) { owner_ = &owner; }

  // The next committed batch. `snapshot` is called, at once, where a segment begins with it: the
  // partition's state before it.
  void append(const wire::Batch& batch, const std::function<Buffer()>& snapshot);
  // What is below `end` is durable in the journal: only that is written. Less than before, where
  // what was durable was cut off.
  void release(Offset end);

  // First offset; exclusive end of what is readable here, of what is safe, of what was appended.
  Offset start() const { return sealed_.empty() ? open_base() : sealed_.front().base; }
  Offset written() const { return written_; }
  Offset stored() const { return stored_; }
  const Boundary& appended() const { return appended_; }
  const std::deque<SegmentSummary>& sealed() const { return sealed_; }
  uint64_t bytes() const;
  const std::optional<Error>& failure() const { return failure_; }

  // Batches below written(), in order, without holes, each checked against its CRCs and the chain.
  // OFFSET_GONE names the first offset that is here; SEGMENT_CORRUPT file and byte. One read looks
  // at kSegmentReadBytes, or at one batch.
  void read(const Read& asked, io::Done<std::vector<wire::Batch>> done);
  // The first offset whose time is not before `time`; written(), if there is none here.
  void offset_at(WallTime time, io::Done<Offset> done);
  // Sealed segments that end at `offset` or before are deleted; start() moves at once.
  void remove_before(Offset offset);

  // --- a snapshot for whoever lacks what was removed (restarting.cc) ---
  // The first segment's head, as it stands in the file.
  void read_head(io::Done<Buffer> done);
  // Keeps another replica's head at hand, safe when answered, until it is dropped; at the next
  // open() whose `stored` is where it begins, it takes the place of all that stands here.
  void keep_head(const Buffer& head, io::Done<void> done);
  void drop_head();
  // --- what was damaged, mended with what another replica holds (mending.cc) ---
  // Segments in which a reader found damage: by their base, the file and the byte.
  const std::map<Offset, Error>& damaged() const { return damaged_; }
  // Indexes that were missing, damaged or of another segment, since the start: they are made again.
  const std::vector<Error>& remade_indexes() const { return remade_indexes_; }
  // What is needed next, from this offset up to a limit, to write a damaged segment again; nothing:
  // none is damaged, or there is nothing to do but wait.
  std::optional<Read> wanted();
  // Batches from wanted() on, as another replica has them; ignored where they do not prove to be
  // the ones that stood here.
  void mend(const std::vector<wire::Batch>& batches);
  uint64_t mended() const { return mended_; }

  // Called when nothing is being written, sealed or removed; nothing more is, until it goes on.
  void stop(Callback stopped);
  void go_on_again();

 private:
  friend class Opening;
  struct OpenSegment {
    std::shared_ptr<io::File> file;
    std::shared_ptr<Index> index;
    uint64_t position;  // where the next write goes: a sector
  };
  // A segment as readers need it.
  struct Loaded {
    std::shared_ptr<io::File> file;
    std::shared_ptr<const Index> index;
    uint64_t bytes;  // of the file that may be read: whole sectors
    Offset base() const { return index->summary().base; }
  };
  struct Queued {
    wire::Batch batch;
    std::optional<SegmentHead> begins = {};  // a segment
  };
  Segments(Scheduler& scheduler, io::Disk& disk, Options options);
  Offset open_base() const { return open_ ? open_->index->summary().base : written_; }
  std::string path(const std::string& name) const { return options_.directory + "/" + name; }
  // The answer, unless this is gone by then.
  template <class T>
  io::Done<T> alive(io::Done<T> then) const;

  // writing.cc
  void count_released();
  void pump();
  void write_some();
  void on_wrote(size_t batches, uint64_t bytes);
  void sync(Callback then);
  void write_later();
  void go_on();
  template <class Step>
  io::Done<void> next(Step step, Callback again);
  void on_failure(const Error& why, Callback again);

  // sealing.cc
  void begin_segment();
  void write_index();
  void make_segment();
  void write_head(std::shared_ptr<io::File> file);

  // reading.cc
  void with_segment(Offset of, io::Done<Loaded> done);
  void refuse(Error why, io::Done<Loaded> done);
  void load_next();
  void load(const SegmentSummary& summary, io::Done<Loaded> done);
  void loaded(Offset base, Result<Loaded> found);
  void load_index(Loaded loaded, const SegmentSummary& summary, io::Done<Loaded> done);
  void note_index(Offset base, const Result<Index>& found);
  void rebuild_index(Loaded loaded, const SegmentSummary& summary, io::Done<Loaded> done);
  void check_head(Loaded loaded, io::Done<Loaded> done);
  void remember(const Loaded& loaded);
  void read_piece(const Loaded& from, const Read& asked, uint64_t bytes,
                  io::Done<std::vector<wire::Batch>> done);
  void look_for(WallTime time, Offset from, io::Done<Offset> done);

  // removing.cc
  void remove_next();
  void give_up_removing();

  // restarting.cc
  void stop_if_idle();

  // mending.cc
  struct Mending {
    SegmentSummary summary;  // as it was
    std::shared_ptr<Rewriting> file;
    bool busy = true;  // a step is under way
  };
  void note_damage(const Error& why, Offset base);
  void begin_mending(const SegmentSummary& summary);
  void read_whole(const SegmentSummary& summary, io::Done<Buffer> done);
  bool is_head_of(const SegmentHead& head, const SegmentSummary& summary) const;
  void make_head_again();
  void rewrite_behind(const SegmentHead& head);
  void mended_some(const Result<void>& written);
  void finish_mending();
  void give_up_mending();
  const SegmentSummary* sealed_at(Offset base) const;

  Scheduler& scheduler_;
  io::Disk& disk_;
  Options options_;
  Owner* owner_ = nullptr;

  std::deque<SegmentSummary> sealed_;
  std::optional<OpenSegment> open_;
  std::list<Loaded> loaded_;  // the last used first
  // Sealed segments that are being opened, or will be, with all who wait for each.
  std::map<Offset, std::vector<io::Done<Loaded>>> waiting_;
  std::deque<Offset> to_load_;
  size_t loading_ = 0;

  Boundary appended_;
  // Of the segment that the last appended batch goes to.
  uint64_t segment_bytes_ = 0;
  Offset segment_base_;
  std::deque<Queued> queue_;
  Offset released_;
  // Of the queue, from its front: what may be written.
  size_t released_count_ = 0;
  uint64_t released_bytes_ = 0;
  Offset written_;
  Offset stored_;
  uint64_t unsynced_bytes_ = 0;
  bool busy_ = false;            // one write, sync or sealing at a time
  bool due_ = false;             // what is there is written and synced, however little
  std::deque<Offset> removing_;  // the oldest first
  bool is_removing_ = false;
  Callback stopped_;
  bool is_stopped_ = false;
  std::map<Offset, Error> damaged_;
  std::vector<Error> remade_indexes_;
  std::set<Offset> beyond_mending_;  // what their heads say cannot be folded again
  std::set<Offset> heads_checked_;   // since the start
  std::optional<Mending> mending_;
  uint64_t mended_ = 0;
  std::optional<Scheduler::TimerId> timer_;
  std::optional<Error> failure_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

template <class T>
io::Done<T> Segments::alive(io::Done<T> then) const {
  return [alive = alive_, then = std::move(then)](Result<T> result) mutable {
    if (*alive) then(std::move(result));
  };
}

}  // namespace usher::log

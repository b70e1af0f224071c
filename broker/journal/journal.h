// The journal: what makes everything durable. One per reactor takes what all its partitions must
// not lose, in the order of arrival, and syncs it group by group: one write and sync in flight,
// what arrives meanwhile, or in the same turn of the loop, forms the next group, and no timer
// delays it.
//
//     append ─→ waiting ─→ group ─→ current file (one durable write) ─→ synced, in order
//                                       │ full
//                                       ↓
//              a free file, whose first group repeats every partition's state. A file is free again
//              when nothing in it is needed: stored in segments, cut off, or copied forward.
//
// A failed write or sync is final: nothing more is written, the owner is told and recovers from its
// peers. Belongs to one Scheduler's thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "broker/io/disk.h"
#include "broker/io/kept_memory.h"
#include "broker/journal/file_ring.h"
#include "broker/journal/group.h"
#include "broker/journal/replay.h"
#include "broker/journal/scan.h"
#include "proto/base/limits.h"
#include "proto/base/scheduler.h"

namespace usher::journal {

struct HardState {
  Term term;
  uint64_t vote = 0;
};

struct BatchBytes {
  Buffer header;  // with its place
  Buffer body;
  Offset end;
};

// What one partition wants durable, all of it at once, in this order.
struct Append {
  PartitionKey partition;
  std::optional<HardState> hard_state;
  // The whole log goes; one begins there, behind a snapshot that is safe already.
  std::optional<Offset> restart_at = {};
  std::optional<Offset> truncate_from;
  std::vector<BatchBytes> batches;
};

// Whoever appends to the journal.
class Owner {
 public:
  virtual ~Owner() = default;
  // Is this batch still in its partition's log? What is not is never copied forward. True for a
  // partition that is still being opened: what is not known yet may be needed.
  virtual bool holds(PartitionKey partition, Offset base, Term term) const = 0;
  // A group was written and synced: so long it took.
  virtual void on_group_synced(uint64_t bytes, Duration took) {
    static_cast<void>(bytes);
    static_cast<void>(took);
  }
  // The journal is dead: no append will be answered any more.
  virtual void on_journal_failed(const Error& why) = 0;
};

struct Options {
  std::string directory;
  JournalId id;
  uint64_t file_bytes;
  size_t files_max;
  Duration attest_after;
};

class Journal {
 public:
  // What a start found: the journal, ready to append, and what was in it.
  struct Opened {
    std::unique_ptr<Journal> journal;
    Recovered recovered;
    bool torn = false;  // a group that was promised to nobody was cut off
  };
  // Reads what is there. JOURNAL_CORRUPT: the directory is a lost disk. `owner` outlives the
  // journal.
  static void open(Scheduler& scheduler, io::Disk& disk, Options options, Owner& owner,
                   io::Done<Opened> done);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // `synced` is called when it is on disk, in the order of the appends; never, if the journal
  // fails.
  void append(Append what, Callback synced);
  // The commit moved. Durable with whatever is written next, soon in an idle journal.
  void note_commit(PartitionKey partition, Offset commit);
  // Everything of the partition below `stored` stands synced in segments.
  void checkpoint(PartitionKey partition, Offset stored);

  // False while the last file is in use and no other can be made (the disk is full, every file is
  // needed): refuse clients at the door. What is appended all the same goes on as long as it can.
  bool has_room() const { return files_.free() > 0 || !no_more_files(); }
  bool failed() const { return failed_; }
  const FileRing& files() const { return files_; }

 private:
  friend class Opening;
  using States = std::map<PartitionKey, PartitionState>;
  struct Waiting {
    Entry entry;
    Offset end = {};       // of a batch
    Callback synced = {};  // with the last entry of an append
  };
  Journal(Scheduler& scheduler, io::Disk& disk, Options options, Owner& owner);

  void add(Entry entry, Offset end = Offset(0), Callback synced = {});
  void add_state(PartitionKey partition);
  void flush_soon();
  void flush();
  bool ready_file();
  // A restart may always have one file more: it must not write on in an earlier life's.
  bool no_more_files() const {
    return disk_full_ || (files_.size() >= options_.files_max && !sealed_);
  }
  void make_file();
  std::vector<Waiting> all_states() const;
  std::vector<Waiting> take_group();
  void write(std::vector<Waiting> entries);
  void write_reserve(const States& restarts);
  void on_written(const GroupHeader& header, std::vector<Waiting> entries);
  void fail(const Error& why);
  void attest_later();
  bool has_to_attest() const;
  void attest();
  // recycling.cc
  void recycle();
  void give_back();
  bool oldest_is_needed_for_good() const;
  bool oldest_waits_for_state() const;
  void copy_forward();
  void add_copies(const Buffer& content);
  void wait_for_cut(PartitionKey partition);
  void take_copies(std::vector<Waiting>& group);
  bool has_room_for_copies() const;
  void drop_stored_copies();
  void finish_copying();
  States waiting_restarts() const;
  void overtake(const States& restarts);

  Scheduler& scheduler_;
  io::Disk& disk_;
  Options options_;
  Owner& owner_;

  States states_;                          // behind all that waits
  States written_;                         // behind what is in groups
  std::map<PartitionKey, Offset> stored_;  // as the last synced group has it
  std::set<PartitionKey> dirty_;           // their state changed and waits in no entry
  std::deque<Waiting> waiting_;
  size_t waiting_bytes_ = 0;
  uint64_t added_ = 0;          // to what waits, ever
  std::deque<Waiting> copies_;  // go before what waits: they give it room

  FileRing files_;
  // One group is on its way at a time.
  io::KeptMemory group_memory_{group_bytes(limits::kJournalGroupBytes)};
  uint32_t last_file_ = 0;  // by its name
  GroupNumber next_number_{1};
  GroupHeader last_;     // the last group written
  bool sealed_ = false;  // the current file is of an earlier life: writing begins in the next
  bool writing_ = false;
  bool flush_posted_ = false;
  bool making_file_ = false;
  bool disk_full_ = false;
  std::optional<Generation> copying_;  // the file's, until its copies are synced
  uint64_t cut_by_ = 0;                // of all that was added: until that is synced no file goes
  bool reading_ = false;               // what is to be copied
  bool unattested_ = false;
  bool failed_ = false;
  std::optional<Scheduler::TimerId> attest_timer_;
  // Answers of the disk that come after the journal is gone find it false.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::journal

// A segment that is being written anew, beside the damaged one: from a beginning that is known, on
// with batches that another replica holds, each proved by the chain. Until it has the old one's
// name nothing changes.
//
//     begin ─→ BASE.segment.mending ←─ take … ─→ is_whole ─→ finish: synced, BASE.segment
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "broker/io/disk.h"
#include "broker/log/index.h"

namespace usher::log {

// What is needed of another replica's log: from the batch that holds `from`, up to `limit`.
struct Read;

// One step at a time: the next one after the answer. Answers may come when this is gone.
class Rewriting : public std::enable_shared_from_this<Rewriting> {
 public:
  // Of the segment that begins at `base`, with the batches up to `end`. The disk outlives it.
  Rewriting(io::Disk& disk, Key key, std::string directory, Offset base, Offset end)
      : disk_(disk), key_(key), directory_(std::move(directory)), base_(base), end_(end) {}

  // Its first bytes, in whole sectors, and what the index says of them.
  void begin(Buffer beginning, const Index& index, io::Done<void> done);
  const Index& index() const { return *index_; }
  bool is_whole() const { return index_->summary().end == end_; }
  Read wanted() const;
  // Those that prove to be the next ones are written. False: none does, and nothing is answered.
  bool take(const std::vector<wire::Batch>& batches, io::Done<void> done);
  // It is safe, and has the name of the one before.
  void finish(io::Done<void> done);
  void give_up();

 private:
  std::vector<wire::Batch> next_of(const std::vector<wire::Batch>& batches) const;
  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  std::string mending_path() const;

  io::Disk& disk_;
  Key key_;
  std::string directory_;
  Offset base_;
  Offset end_;
  std::shared_ptr<io::File> file_;
  std::shared_ptr<Index> index_;
  uint64_t position_ = 0;  // where the next write goes: a sector
};

}  // namespace usher::log

// Which files the journal has, and which of them it still needs. Pure bookkeeping: no file is
// touched.
//
//     in use, by generation: oldest … current      may still be read by a recovery that believes
//     the retiring                                     last synced group: not to be written yet
//     free                                         to be written again from their beginning
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "broker/io/disk.h"
#include "broker/journal/group.h"

namespace usher::journal {

struct JournalFile {
  std::string name;
  std::unique_ptr<io::File> file;
  Generation generation;
  uint64_t used = 0;  // where the next group goes
  // Exclusive ends of the batches in it that were not cut off, copies included.
  std::map<PartitionKey, Offset> ends;

  Offset end_of(PartitionKey partition) const {
    auto end = ends.find(partition);
    return end == ends.end() ? Offset(0) : end->second;
  }
};

class FileRing {
 public:
  bool has_current() const { return !in_use_.empty(); }
  JournalFile& current() { return in_use_.back(); }
  const JournalFile& current() const { return in_use_.back(); }
  JournalFile& oldest() { return in_use_.front(); }
  const JournalFile& oldest() const { return in_use_.front(); }
  size_t in_use() const { return in_use_.size(); }
  size_t free() const { return free_.size(); }
  size_t retiring() const { return retiring_.size(); }
  size_t size() const { return in_use_.size() + retiring_.size() + free_.size(); }

  // A file found at the start: in use, newer than those before it.
  void add_in_use(JournalFile file);
  void add_free(std::string name, std::unique_ptr<io::File> file);
  // Makes a free file the current one, with the next generation. There is a free one.
  void advance();
  // Generations begin above what any file shows.
  void set_next_generation(Generation generation) { next_generation_ = generation; }

  void note_batch(PartitionKey partition, Offset end);
  void note_truncation(PartitionKey partition, Offset from);

  // Does the oldest file hold a batch that is not stored in segments yet?
  bool oldest_is_needed(const std::map<PartitionKey, Offset>& stored) const;
  // The oldest file, which is not the current one, is needed no more.
  void retire_oldest();
  // A group that names `oldest` is synced: what retired below it is free.
  void release(Generation oldest);
  // One that is free is no file of the journal any more.
  JournalFile take_free();

 private:
  std::deque<JournalFile> in_use_;
  std::deque<JournalFile> retiring_;
  std::deque<JournalFile> free_;
  Generation next_generation_{1};
};

}  // namespace usher::journal

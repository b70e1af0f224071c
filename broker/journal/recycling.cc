// How files become free again: retired when nothing in them is needed, and copied forward when no
// other file can be had.
#include <algorithm>

#include "broker/journal/journal.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/planted.h"
#include "proto/wire/batch_header.h"

namespace usher::journal {
namespace {

bool cuts(const Entry& entry) {
  return entry.kind == EntryKind::kTruncate || entry.kind == EntryKind::kRestart;
}

}  // namespace

// Never while a group is being written: what retires is judged by what is synced. Copies may wait
// for the very room that a file gives which was stored meanwhile.
void Journal::recycle() {
  if (writing_ || reading_) return;
  drop_stored_copies();
  bool cuts_are_synced = added_ - waiting_.size() >= cut_by_;
  while (cuts_are_synced && files_.in_use() > 1 && !files_.oldest_is_needed(stored_))
    files_.retire_oldest();
  if (planted(Bug::kRecycleEarly) && files_.in_use() > 0)
    files_.release(files_.oldest().generation);
  if (!copying_ && files_.in_use() > 1 && files_.free() == 0 && files_.retiring() == 0 &&
      no_more_files() && oldest_is_needed_for_good())
    copy_forward();
}

// Lives that ended before they had copied anything forward left a file more each. What cannot be
// removed the next start finds free.
void Journal::give_back() {
  while (files_.size() > options_.files_max && files_.free() > 1)
    disk_.remove(files_.take_free().name, [](const Result<void>&) {});
}

// Also when all that is known to be stored is on disk.
bool Journal::oldest_is_needed_for_good() const {
  std::map<PartitionKey, Offset> stored;
  for (const auto& [partition, state] : written_) stored[partition] = state.stored;
  return files_.oldest_is_needed(stored);
}

bool Journal::oldest_waits_for_state() const {
  return files_.in_use() > 1 && files_.oldest_is_needed(stored_) && !oldest_is_needed_for_good();
}

// What the oldest file still holds of any log goes to the end of the journal, as copies; once they
// are synced the file is needed no more.
void Journal::copy_forward() {
  JournalFile& file = files_.oldest();
  copying_ = file.generation;
  reading_ = true;
  uint64_t used = file.used;
  file.file->read(0, used, [this, alive = alive_, used](Result<Buffer> content) {
    if (!*alive) return;
    reading_ = false;
    if (!content) return fail(content.error());
    if (content->size() != used) return fail(Error{ErrorCode::IO_FAILED, "a journal file shrank"});
    add_copies(*content);
    recycle();
    flush();
    attest_later();
  });
}

void Journal::add_copies(const Buffer& content) {
  uint64_t position = 0;
  while (position < content.size()) {
    auto header = decode_group_header(content.bytes().subspan(position));
    CHECK(header && header->generation == files_.oldest().generation, "what was written is there");
    EntryReader reader(content.slice(position + kGroupHeaderBytes, header->body_bytes));
    position += group_bytes(header->body_bytes);
    while (!reader.done()) {
      auto entry = reader.next();
      CHECK(entry.has_value(), "what was written is there");
      if (entry->kind != EntryKind::kBatch && entry->kind != EntryKind::kCopy) continue;
      auto batch = wire::BatchHeader::decode(entry->header);
      CHECK(batch.has_value(), "what was written is there");
      const wire::Place& place = batch->place();
      if (batch->end_offset() <= written_[entry->partition].stored) continue;
      if (batch->end_offset() > files_.oldest().end_of(entry->partition)) continue;  // was cut off
      if (!owner_.holds(entry->partition, place.base_offset, place.term)) {
        wait_for_cut(entry->partition);
        continue;
      }
      entry->kind = EntryKind::kCopy;
      copies_.push_back({std::move(*entry), batch->end_offset()});
    }
  }
}

// What cut a batch off may wait still; without that, what stood behind the batch would have a hole.
void Journal::wait_for_cut(PartitionKey partition) {
  uint64_t number = added_;
  for (auto waiting = waiting_.rbegin(); waiting != waiting_.rend(); ++waiting, --number) {
    if (cuts(waiting->entry) && waiting->entry.partition == partition) {
      cut_by_ = std::max(cut_by_, number);
      return;
    }
  }
}

// In half of the reserve too: a file that may go gives more than they take.
bool Journal::has_room_for_copies() const {
  if (copies_.empty()) return false;
  auto bytes = static_cast<uint32_t>(entry_bytes(copies_.front().entry));
  return files_.current().used + group_bytes(bytes) + limits::kJournalReserveBytes / 2 <=
         options_.file_bytes;
}

// As far as group and file have room.
void Journal::take_copies(std::vector<Waiting>& group) {
  size_t body_bytes = 0;
  for (const Waiting& taken : group) body_bytes += entry_bytes(taken.entry);
  uint64_t taken = files_.current().used + limits::kJournalReserveBytes / 2;
  for (; !copies_.empty(); copies_.pop_front()) {
    body_bytes += entry_bytes(copies_.front().entry);
    uint64_t more = group_bytes(static_cast<uint32_t>(body_bytes));
    if (body_bytes > limits::kJournalGroupBytes || taken + more > options_.file_bytes) return;
    group.push_back(std::move(copies_.front()));
  }
}

// What was stored while it waited, too. Nothing is being written.
void Journal::drop_stored_copies() {
  std::erase_if(copies_, [this](const Waiting& copy) {
    return copy.end <= written_[copy.entry.partition].stored;
  });
  if (copying_ && !reading_ && copies_.empty()) finish_copying();
}

// They are synced: the file that they were made of is needed no more, if it did not go before, as
// soon as it is on disk that all else in it is stored.
void Journal::finish_copying() {
  JournalFile& file = files_.oldest();
  if (file.generation == *copying_)
    for (auto& [partition, end] : file.ends) end = std::min(end, written_[partition].stored);
  copying_.reset();
}

// A restart makes needless all that its partition has in any file, and all that waits before it for
// the very room that this gives: it goes before them. The last one of each partition.
Journal::States Journal::waiting_restarts() const {
  States restarts;
  for (const Waiting& waiting : waiting_) {
    const Entry& entry = waiting.entry;
    if (entry.kind == EntryKind::kRestart) restarts[entry.partition] = entry.state;
  }
  for (auto& [partition, state] : restarts)
    if (auto written = written_.find(partition); written != written_.end()) {
      state.stored = std::max(state.stored, written->second.stored);
      state.commit = std::max(state.commit, written->second.commit);
    }
  return restarts;
}

// Of what they go before, the places stay, for the callbacks, which are called in order; in each
// stands the restart's state.
void Journal::overtake(const States& restarts) {
  States behind;  // the restart that is met
  for (auto waiting = waiting_.rbegin(); waiting != waiting_.rend(); ++waiting) {
    Entry& entry = waiting->entry;
    if (entry.kind == EntryKind::kRestart)
      behind.emplace(entry.partition, restarts.at(entry.partition));
    auto restart = behind.find(entry.partition);
    if (restart == behind.end()) continue;
    waiting_bytes_ -= entry_bytes(entry);
    entry = {.kind = EntryKind::kState, .partition = entry.partition, .state = restart->second};
    waiting_bytes_ += entry_bytes(entry);
  }
  std::erase_if(copies_,
                [&](const Waiting& copy) { return restarts.contains(copy.entry.partition); });
  for (const auto& [partition, state] : restarts) written_[partition] = state;
  // What is waited for may have been one of them.
  uint64_t written = added_ - waiting_.size();
  while (cut_by_ > written && !cuts(waiting_[cut_by_ - written - 1].entry)) --cut_by_;
}

}  // namespace usher::journal

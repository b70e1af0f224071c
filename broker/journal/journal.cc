#include "broker/journal/journal.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "broker/io/zeroed_file.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::journal {
namespace {

// One group as it goes to disk: header, entries, zeros up to the sector.
template <class Waiting>
Buffer form_group(io::KeptMemory& memory, GroupHeader& header,
                  const std::vector<Waiting>& entries) {
  size_t body_bytes = 0;
  for (const Waiting& waiting : entries) body_bytes += entry_bytes(waiting.entry);
  header.entries = static_cast<uint32_t>(entries.size());
  header.body_bytes = static_cast<uint32_t>(body_bytes);
  io::KeptMemory::Piece group = memory.take(group_bytes(header.body_bytes));
  std::byte* at = group.data() + kGroupHeaderBytes;
  for (const Waiting& waiting : entries) {
    encode_entry(waiting.entry, at);
    at += entry_bytes(waiting.entry);
  }
  std::memset(at, 0, static_cast<size_t>(group.data() + group.size() - at));
  header.body = xxh3_128(Bytes(group.data() + kGroupHeaderBytes, body_bytes));
  encode_group_header(header, group.data());
  return std::move(group).freeze();
}

}  // namespace

Journal::Journal(Scheduler& scheduler, io::Disk& disk, Options options, Owner& owner)
    : scheduler_(scheduler), disk_(disk), options_(std::move(options)), owner_(owner) {
  CHECK(options_.file_bytes % io::kSector == 0 && options_.files_max >= 2);
}

Journal::~Journal() {
  *alive_ = false;
  if (attest_timer_) scheduler_.cancel(*attest_timer_);
}

void Journal::append(Append what, Callback synced) {
  size_t entries = (what.hard_state ? 1 : 0) + (what.restart_at ? 1 : 0) +
                   (what.truncate_from ? 1 : 0) + what.batches.size();
  CHECK(entries > 0, "nothing to make durable");
  auto callback_of_last = [&] { return --entries == 0 ? std::move(synced) : Callback(); };
  if (what.hard_state) {
    PartitionState& state = states_[what.partition];
    CHECK(what.hard_state->term >= state.term, "terms do not go back");
    state.term = what.hard_state->term;
    state.vote = what.hard_state->vote;
    dirty_.erase(what.partition);
    add({.kind = EntryKind::kState, .partition = what.partition, .state = state}, {},
        callback_of_last());
  }
  if (what.restart_at) {
    PartitionState& state = states_[what.partition];
    state.commit = state.stored = *what.restart_at;
    add({.kind = EntryKind::kRestart, .partition = what.partition, .state = state}, {},
        callback_of_last());
  }
  if (what.truncate_from)
    add({.kind = EntryKind::kTruncate, .partition = what.partition, .from = *what.truncate_from},
        {}, callback_of_last());
  for (BatchBytes& batch : what.batches)
    add({.kind = EntryKind::kBatch,
         .partition = what.partition,
         .header = std::move(batch.header),
         .body = std::move(batch.body)},
        batch.end, callback_of_last());
  flush_soon();
}

void Journal::note_commit(PartitionKey partition, Offset commit) {
  PartitionState& state = states_[partition];
  if (commit <= state.commit) return;
  state.commit = commit;
  dirty_.insert(partition);
  if (!writing_) attest_later();
}

void Journal::checkpoint(PartitionKey partition, Offset stored) {
  PartitionState& state = states_[partition];
  if (stored <= state.stored) return;
  state.stored = stored;
  state.commit = std::max(state.commit, stored);
  // What stands in segments waits for nothing here.
  PartitionState& written = written_[partition];
  written.stored = stored;
  written.commit = std::max(written.commit, stored);
  dirty_.erase(partition);
  add_state(partition);
  flush_soon();
}

void Journal::add(Entry entry, Offset end, Callback synced) {
  waiting_bytes_ += entry_bytes(entry);
  waiting_.push_back({std::move(entry), end, std::move(synced)});
  ++added_;
}

void Journal::add_state(PartitionKey partition) {
  add({.kind = EntryKind::kState, .partition = partition, .state = states_.at(partition)});
}

// At the end of this turn: whatever else is ready now joins the group.
void Journal::flush_soon() {
  if (writing_ || flush_posted_) return;
  flush_posted_ = true;
  scheduler_.post([this, alive = alive_] {
    if (!*alive) return;
    flush_posted_ = false;
    flush();
  });
}

void Journal::flush() {
  if (failed_ || writing_) return;
  drop_stored_copies();
  if (waiting_.empty() && copies_.empty()) return;
  for (PartitionKey partition : std::exchange(dirty_, {})) add_state(partition);
  if (ready_file()) write(take_group());
}

// Is there a file with room for the first that waits? If not, one will be, and flush() is called.
bool Journal::ready_file() {
  if (files_.has_current() && !sealed_) {
    if (has_room_for_copies()) return true;
    size_t first = waiting_.empty() ? 0 : entry_bytes(waiting_.front().entry);
    uint64_t taken = files_.current().used + limits::kJournalReserveBytes;
    if (taken + group_bytes(static_cast<uint32_t>(first)) <= options_.file_bytes) return true;
  }
  if (files_.free() == 0) recycle();
  if (files_.free() == 0) {
    // A group in the reserve frees what retired, or puts on disk what lets a file retire. Nothing
    // less is worth it: the reserve lasts until the next file is free.
    auto restarts = no_more_files() ? waiting_restarts() : States();
    bool lets_retire = no_more_files() && (oldest_waits_for_state() || !restarts.empty());
    if (files_.retiring() > 0 || lets_retire) write_reserve(restarts);
    if (!writing_) make_file();
    return false;
  }
  files_.advance();
  sealed_ = false;
  // The next one is made before it is needed.
  if (files_.free() == 0) make_file();
  return true;
}

void Journal::make_file() {
  if (making_file_ || no_more_files()) return;
  making_file_ = true;
  std::string name = fmt::format("{}/{:04}.journal", options_.directory, ++last_file_);
  auto made = [this, alive = alive_, name](Result<std::unique_ptr<io::File>> file) {
    if (!*alive) return;
    if (file) {
      making_file_ = false;
      files_.add_free(name, std::move(*file));
      return flush();
    }
    if (file.error().code != ErrorCode::DISK_FULL) return fail(file.error());
    disk_full_ = true;
    scheduler_.after(limits::kDiskFullRetry, [this, alive] {
      if (!*alive) return;
      making_file_ = false;
      disk_full_ = false;
      flush();
    });
  };
  io::create_zeroed(disk_, name, options_.file_bytes, std::move(made));
}

// Never a commit whose batches still wait: without them it would be a commit of what stood there
// before.
std::vector<Journal::Waiting> Journal::all_states() const {
  std::vector<Waiting> all;
  for (const auto& [partition, state] : written_)
    all.push_back({{.kind = EntryKind::kState, .partition = partition, .state = state}});
  return all;
}

// What waits, as far as group and file have room; at the head of a file behind every state.
std::vector<Journal::Waiting> Journal::take_group() {
  const JournalFile& file = files_.current();
  std::vector<Waiting> group = file.used == 0 ? all_states() : std::vector<Waiting>();
  take_copies(group);
  size_t body_bytes = 0;
  for (const Waiting& taken : group) body_bytes += entry_bytes(taken.entry);
  uint64_t room = file.used + limits::kJournalReserveBytes < options_.file_bytes
                      ? options_.file_bytes - file.used - limits::kJournalReserveBytes
                      : 0;
  while (!waiting_.empty()) {
    size_t more = body_bytes + entry_bytes(waiting_.front().entry);
    if (more > limits::kJournalGroupBytes || group_bytes(static_cast<uint32_t>(more)) > room) break;
    body_bytes = more;
    Entry& entry = waiting_.front().entry;
    if (entry.kind == EntryKind::kState || entry.kind == EntryKind::kRestart) {
      PartitionState& written = written_[entry.partition];
      // While it waited, more was stored; the files of that may be gone already.
      entry.state.stored = std::max(entry.state.stored, written.stored);
      entry.state.commit = std::max(entry.state.commit, written.commit);
      written = entry.state;
    }
    waiting_bytes_ -= entry_bytes(entry);
    group.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

void Journal::write(std::vector<Waiting> entries) {
  JournalFile& file = files_.current();
  GroupHeader header{.journal = options_.id,
                     .generation = file.generation,
                     .number = next_number_,
                     .follows = last_.number,
                     .attested = last_.number,
                     .oldest = files_.oldest().generation,
                     .previous = last_.number == GroupNumber(0) ? Digest{} : digest_of(last_),
                     .body = {}};
  for (const Waiting& waiting : entries) {
    const Entry& entry = waiting.entry;
    if (entry.kind == EntryKind::kBatch || entry.kind == EntryKind::kCopy)
      files_.note_batch(entry.partition, waiting.end);
    if (entry.kind == EntryKind::kTruncate) files_.note_truncation(entry.partition, entry.from);
    if (entry.kind == EntryKind::kRestart) files_.note_truncation(entry.partition, Offset(0));
  }
  Buffer group = form_group(group_memory_, header, entries);
  uint64_t position = file.used;
  uint64_t bytes = group.size();
  file.used += bytes;
  CHECK(file.used <= options_.file_bytes);
  last_ = header;
  next_number_ = next_number_.next();
  // Only what is promised needs to be attested: a group without entries is an attestation.
  unattested_ = !entries.empty();
  writing_ = true;
  file.file->write(position, std::move(group), io::Durability::kDurable,
                   [this, alive = alive_, header, bytes, begun = scheduler_.clock().monotonic(),
                    entries = std::move(entries)](Result<void> done) mutable {
                     if (!*alive) return;
                     if (!done) return fail(done.error());
                     owner_.on_group_synced(bytes, scheduler_.clock().monotonic() - begun);
                     on_written(header, std::move(entries));
                   });
}

// No file is free: every state, and what restarts wait, into what is kept back at the file's end.
void Journal::write_reserve(const States& restarts) {
  std::vector<Waiting> group = all_states();
  for (const auto& [partition, state] : restarts)
    group.push_back({{.kind = EntryKind::kRestart, .partition = partition, .state = state}});
  size_t body_bytes = 0;
  for (const Waiting& waiting : group) body_bytes += entry_bytes(waiting.entry);
  if (!files_.has_current() || sealed_) return;
  uint64_t room = options_.file_bytes - files_.current().used;
  if (group_bytes(static_cast<uint32_t>(body_bytes)) > room) return;
  overtake(restarts);
  write(std::move(group));
}

void Journal::on_written(const GroupHeader& header, std::vector<Waiting> entries) {
  writing_ = false;
  files_.release(header.oldest);
  give_back();
  for (const Waiting& waiting : entries)
    if (waiting.entry.kind == EntryKind::kState || waiting.entry.kind == EntryKind::kRestart)
      stored_[waiting.entry.partition] = waiting.entry.state.stored;
  recycle();
  // Much is written at once: the disk works while the callbacks run. Little may wait for what they
  // append, and they for nothing.
  if (waiting_bytes_ >= limits::kJournalWriteAtOnceBytes) flush();
  flush_soon();
  attest_later();
  // Last: a callback may destroy the journal.
  for (Waiting& waiting : entries)
    if (auto alive = alive_; waiting.synced) {
      waiting.synced();
      if (!*alive) return;
    }
}

void Journal::fail(const Error& why) {
  failed_ = true;
  owner_.on_journal_failed(why);
}

void Journal::attest_later() {
  if (attest_timer_ || failed_ || !has_to_attest()) return;
  attest_timer_ = scheduler_.after(options_.attest_after, [this] {
    attest_timer_.reset();
    attest();
  });
}

// Files that retired are free once a group says so, and the door may be closed until then.
bool Journal::has_to_attest() const {
  return unattested_ || !dirty_.empty() || files_.retiring() > 0;
}

// Nothing was written for a while: the last group is attested, moved commits become durable.
void Journal::attest() {
  if (failed_ || writing_ || !waiting_.empty() || !has_to_attest()) return;
  for (PartitionKey partition : std::exchange(dirty_, {})) add_state(partition);
  if (ready_file()) write(take_group());
}

}  // namespace usher::journal

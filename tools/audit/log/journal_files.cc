#include "tools/audit/log/journal_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "proto/base/limits.h"

namespace usher::audit {
Result<JournalFiles> JournalFiles::open(const std::string& path, Findings& findings) {
  namespace fs = std::filesystem;
  JournalFiles journal;
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem))
    if (at->path().extension() == ".journal") names.push_back(at->path().string());
  std::ranges::sort(names);
  for (const std::string& name : names) {
    TRY_ASSIGN(DataFile file, DataFile::open(name));
    journal.files_.push_back(std::move(file));
  }
  TRY(journal.find_groups());
  TRY(journal.follow(findings));
  journal.groups_.clear();
  return journal;
}

Result<void> JournalFiles::find_groups() {
  for (size_t i = 0; i < files_.size(); ++i)
    for (uint64_t at = 0; at < files_[i].size(); at += limits::kMiB) {
      TRY_ASSIGN(Buffer piece, files_[i].read(at, limits::kMiB));
      for (size_t sector = 0; sector < piece.size(); sector += kJournalSector)
        if (auto group = decode_group(piece.bytes().subspan(sector))) {
          group->file = i;
          group->position = at + sector;
          groups_.emplace(group->number, *group);
        }
    }
  return {};
}

// None: the body does not prove its digest.
Result<std::optional<Buffer>> JournalFiles::body_of(const JournalGroup& group) const {
  TRY_ASSIGN(Buffer body,
             files_[group.file].read(group.position + kGroupHeaderBytes, group.body_bytes));
  if (body.size() != group.body_bytes || xxh3_128(body) != group.body) return std::nullopt;
  return body;
}

// The group that names this one, behind it in its file or at the head of a newer one.
const JournalGroup* JournalFiles::after(const JournalGroup& group) const {
  for (auto at = groups_.upper_bound(group.number); at != groups_.end(); ++at) {
    const JournalGroup& next = at->second;
    if (next.follows != group.number || next.previous != group.self) continue;
    bool behind = next.file == group.file && next.position == group.end() &&
                  next.generation == group.generation;
    bool at_head = next.position == 0 && next.generation > group.generation;
    if (behind || at_head) return &next;
  }
  return nullptr;
}

void JournalFiles::damaged(const JournalGroup& at, std::string why, Findings& findings) const {
  findings.add({.kind = Kind::kJournal,
                .space = {},
                .partition = {},
                .offset = {},
                .spot = {files_[at.file].path(), at.position},
                .detail = std::move(why)});
}

Result<void> JournalFiles::follow(Findings& findings) {
  // The newest whole group says from which generation on the files are needed.
  const JournalGroup* newest = nullptr;
  for (auto at = groups_.rbegin(); at != groups_.rend() && !newest; ++at) {
    TRY_ASSIGN(auto body, body_of(at->second));
    if (body) newest = &at->second;
  }
  if (!newest) return {};
  auto first = std::ranges::find_if(groups_, [&](const auto& row) {
    return row.second.generation == newest->oldest && row.second.position == 0;
  });
  if (first == groups_.end()) {
    damaged(*newest, fmt::format("the first group of generation {} is missing", newest->oldest),
            findings);
    return {};
  }
  const JournalGroup* last = nullptr;
  for (const JournalGroup* group = &first->second; group; group = after(*group)) {
    TRY_ASSIGN(auto body, body_of(*group));
    if (!body) break;
    replay(*group, *body, findings);
    last = group;
  }
  for (const auto& [number, group] : groups_) {
    if (last && number <= last->number) continue;
    // The one that was being written when the program ended is no damage.
    TRY_ASSIGN(auto body, body_of(group));
    bool torn = last && number == groups_.rbegin()->first && group.follows == last->number && !body;
    if (torn) continue;
    damaged(
        last ? *last : group,
        fmt::format("group {} is followed by nothing that continues it, yet group {} stands in "
                    "{} at byte {}",
                    last ? last->number : 0, number, *files_[group.file].path(), group.position),
        findings);
    break;
  }
  return {};
}

void JournalFiles::replay(const JournalGroup& group, const Buffer& body, Findings& findings) {
  for (JournalEntries entries(body); !entries.done();) {
    auto entry = entries.next();
    if (!entry) return damaged(group, entry.error().detail, findings);
    JournalTail& tail = tails_[entry->key];
    switch (entry->kind) {
      case JournalEntry::Kind::kTruncate:
        tail.batches.erase(tail.batches.lower_bound(entry->from), tail.batches.end());
        break;
      case JournalEntry::Kind::kRestart:
        tail.batches.clear();
        [[fallthrough]];
      case JournalEntry::Kind::kState:
        tail.commit = entry->commit;
        tail.stored = entry->stored;
        std::erase_if(tail.batches, [&](const auto& row) { return row.second.end <= tail.stored; });
        break;
      case JournalEntry::Kind::kBatch:
      case JournalEntry::Kind::kCopy:
        place(entry->key, entry->kind == JournalEntry::Kind::kCopy,
              {.file = group.file,
               .position = group.position + kGroupHeaderBytes + entry->payload_at,
               .bytes = entry->bytes,
               .term = entry->header->place().term,
               .end = entry->header->end_offset()},
              entry->header->place().base_offset, findings);
    }
  }
}

void JournalFiles::place(PartitionKey key, bool is_copy, JournalBatch batch, Offset base,
                         Findings& findings) {
  auto& batches = tails_[key].batches;
  auto there = batches.find(base);
  if (is_copy && there != batches.end() && there->second.term == batch.term) return;
  auto behind = batches.lower_bound(batch.end);
  if (behind != batches.begin() && std::prev(behind)->second.end > base)
    return findings.add({.kind = Kind::kJournal,
                         .space = key.space,
                         .partition = key.partition,
                         .offset = base,
                         .spot = {files_[batch.file].path(), batch.position},
                         .detail = "a batch over another that was not cut off"});
  batches.emplace(base, batch);
}

const JournalTail* JournalFiles::tail(PartitionKey key) const {
  auto found = tails_.find(key);
  return found == tails_.end() ? nullptr : &found->second;
}

Result<FoundBatch> JournalFiles::read(const JournalBatch& at) const {
  const DataFile& file = files_[at.file];
  TRY_ASSIGN(Buffer bytes, file.read(at.position, at.bytes));
  TRY_ASSIGN(wire::Batch batch, wire::Batch::decode(bytes));
  return FoundBatch{std::move(batch), {file.path(), at.position}};
}

}  // namespace usher::audit

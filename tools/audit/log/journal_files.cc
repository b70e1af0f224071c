#include "tools/audit/log/journal_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"

namespace usher::audit {
namespace {

constexpr uint64_t kSector = 4096;

// The group's header and its entries, as docs/formats/journal.md has them.
constexpr uint32_t kMagic = 0x4a687355;  // "UshJ"
constexpr uint16_t kVersion = 1;
constexpr size_t kCrcAt = 4;
constexpr size_t kVersionAt = 8;
constexpr size_t kBodyBytesAt = 16;
constexpr size_t kGenerationAt = 32;
constexpr size_t kNumberAt = 40;
constexpr size_t kFollowsAt = 48;
constexpr size_t kOldestAt = 64;
constexpr size_t kPreviousAt = 72;
constexpr size_t kBodyAt = 88;
constexpr size_t kHeaderBytes = 104;

enum class EntryKind : uint8_t { kBatch = 1, kCopy = 2, kTruncate = 3, kState = 4 };
constexpr size_t kEntryFixedBytes = 16;
constexpr size_t kEntryAlignment = 8;
constexpr size_t kStateBytes = 32;
constexpr size_t kCommitAt = 16;
constexpr size_t kStoredAt = 24;

Digest load_digest(const std::byte* from) {
  return {.low = load_le<uint64_t>(from), .high = load_le<uint64_t>(from + 8)};
}

size_t round_up(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

}  // namespace

uint64_t JournalFiles::Group::end() const {
  return position + round_up(kHeaderBytes + body_bytes, kSector);
}

std::optional<JournalFiles::Group> JournalFiles::decode(Bytes bytes) {
  if (bytes.size() < kHeaderBytes) return std::nullopt;
  const std::byte* from = bytes.data();
  if (load_le<uint32_t>(from) != kMagic || load_le<uint16_t>(from + kVersionAt) != kVersion ||
      load_le<uint32_t>(from + kCrcAt) !=
          crc32c(bytes.subspan(kVersionAt, kHeaderBytes - kVersionAt)))
    return std::nullopt;
  Group group;
  group.generation = load_le<uint64_t>(from + kGenerationAt);
  group.number = load_le<uint64_t>(from + kNumberAt);
  group.follows = load_le<uint64_t>(from + kFollowsAt);
  group.oldest = load_le<uint64_t>(from + kOldestAt);
  group.previous = load_digest(from + kPreviousAt);
  group.self = xxh3_128(bytes.first(kHeaderBytes));
  group.body = load_digest(from + kBodyAt);
  group.body_bytes = load_le<uint32_t>(from + kBodyBytesAt);
  return group;
}

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
      for (size_t sector = 0; sector < piece.size(); sector += kSector)
        if (auto group = decode(piece.bytes().subspan(sector))) {
          group->file = i;
          group->position = at + sector;
          groups_.emplace(group->number, *group);
        }
    }
  return {};
}

// None: the body does not prove its digest.
Result<std::optional<Buffer>> JournalFiles::body_of(const Group& group) const {
  TRY_ASSIGN(Buffer body, files_[group.file].read(group.position + kHeaderBytes, group.body_bytes));
  if (body.size() != group.body_bytes || xxh3_128(body) != group.body) return std::nullopt;
  return body;
}

// The group that names this one, behind it in its file or at the head of a newer one.
const JournalFiles::Group* JournalFiles::after(const Group& group) const {
  for (auto at = groups_.upper_bound(group.number); at != groups_.end(); ++at) {
    const Group& next = at->second;
    if (next.follows != group.number || next.previous != group.self) continue;
    bool behind = next.file == group.file && next.position == group.end() &&
                  next.generation == group.generation;
    bool at_head = next.position == 0 && next.generation > group.generation;
    if (behind || at_head) return &next;
  }
  return nullptr;
}

void JournalFiles::damaged(const Group& at, std::string why, Findings& findings) const {
  findings.add({.kind = Kind::kJournal,
                .space = {},
                .partition = {},
                .offset = {},
                .spot = {files_[at.file].path(), at.position},
                .detail = std::move(why)});
}

Result<void> JournalFiles::follow(Findings& findings) {
  // The newest whole group says from which generation on the files are needed.
  const Group* newest = nullptr;
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
  const Group* last = nullptr;
  for (const Group* group = &first->second; group; group = after(*group)) {
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

void JournalFiles::replay(const Group& group, const Buffer& body, Findings& findings) {
  size_t at = 0;
  while (at + kEntryFixedBytes <= body.size()) {
    const std::byte* entry = body.data() + at;
    size_t bytes = load_le<uint32_t>(entry);
    auto kind = static_cast<EntryKind>(entry[4]);
    PartitionKey key{SpaceId(load_le<uint32_t>(entry + 8)),
                     PartitionId(load_le<uint32_t>(entry + 12))};
    size_t payload = at + kEntryFixedBytes;
    if (bytes > body.size() - payload) return damaged(group, "an entry beyond its group", findings);
    JournalTail& tail = tails_[key];
    const std::byte* from = body.data() + payload;
    if (kind == EntryKind::kTruncate && bytes == 8) {
      tail.batches.erase(tail.batches.lower_bound(Offset(load_le<uint64_t>(from))),
                         tail.batches.end());
    } else if (kind == EntryKind::kState && bytes == kStateBytes) {
      tail.commit = Offset(load_le<uint64_t>(from + kCommitAt));
      tail.stored = Offset(load_le<uint64_t>(from + kStoredAt));
      std::erase_if(tail.batches, [&](const auto& row) { return row.second.end <= tail.stored; });
    } else if (kind == EntryKind::kBatch || kind == EntryKind::kCopy) {
      auto header = wire::BatchHeader::decode(body.slice(payload, bytes));
      if (!header || !header->sealed() || header->batch_bytes() != bytes)
        return damaged(group, "an entry that holds no batch with a place", findings);
      place(key, kind == EntryKind::kCopy,
            {.file = group.file,
             .position = group.position + kHeaderBytes + payload,
             .bytes = bytes,
             .term = header->place().term,
             .end = header->end_offset()},
            header->place().base_offset, findings);
    } else {
      return damaged(group, "an entry of no kind", findings);
    }
    at = payload + round_up(bytes, kEntryAlignment);
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

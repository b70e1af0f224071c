#include "broker/journal/scan.h"

#include <algorithm>
#include <functional>
#include <map>
#include <ranges>

#include <fmt/format.h>

#include "broker/io/disk.h"
#include "proto/base/planted.h"

namespace usher::journal {
namespace {

struct Candidate {
  GroupHeader header;
  size_t file;
  uint64_t position;
};

// Every sector that begins with a group header of this journal, live or stale; the newest first.
std::vector<Candidate> find_candidates(JournalId journal, std::span<const FileContent> files) {
  std::vector<Candidate> found;
  for (size_t file = 0; file < files.size(); ++file) {
    Bytes bytes = files[file].bytes;
    for (uint64_t at = 0; at < bytes.size(); at += io::kSector)
      if (auto header = decode_group_header(bytes.subspan(at));
          header && header->journal == journal)
        found.push_back({*header, file, at});
  }
  std::ranges::sort(found, std::greater(), [](const Candidate& c) { return c.header.number; });
  return found;
}

// The group at a place, if all of it is there and its body proves its digest.
std::optional<FoundGroup> read_group(JournalId journal, std::span<const FileContent> files,
                                     size_t file, uint64_t position) {
  const Buffer& bytes = files[file].bytes;
  if (position >= bytes.size()) return std::nullopt;
  auto header = decode_group_header(bytes.bytes().subspan(position));
  if (!header || header->journal != journal) return std::nullopt;
  if (bytes.size() - position - kGroupHeaderBytes < header->body_bytes) return std::nullopt;
  Buffer body = bytes.slice(position + kGroupHeaderBytes, header->body_bytes);
  if (xxh3_128(body) != header->body) return std::nullopt;
  return FoundGroup{*header, file, position, std::move(body)};
}

// Of the newest group that is whole.
std::vector<Candidate>::const_iterator newest_whole(JournalId journal,
                                                    std::span<const FileContent> files,
                                                    const std::vector<Candidate>& candidates) {
  return std::ranges::find_if(candidates, [&](const Candidate& candidate) {
    return read_group(journal, files, candidate.file, candidate.position).has_value();
  });
}

bool continues(const FoundGroup& before, const GroupHeader& next) {
  return next.follows == before.header.number && next.number > before.header.number &&
         next.previous == digest_of(before.header);
}

class Follower {
 public:
  Follower(JournalId journal, std::span<const FileContent> files,
           const std::vector<Candidate>& candidates)
      : journal_(journal), files_(files) {
    for (const Candidate& candidate : candidates)
      if (candidate.position == 0) heads_[candidate.header.generation] = candidate.file;
  }

  // The first group of a generation's file.
  std::optional<FoundGroup> first(Generation generation) const {
    auto head = heads_.find(generation);
    if (head == heads_.end()) return std::nullopt;
    auto group = read_group(journal_, files_, head->second, 0);
    if (!group || group->header.generation != generation) return std::nullopt;
    return group;
  }

  // Behind it in its file, or at the head of the file that was written next.
  std::optional<FoundGroup> after(const FoundGroup& group) const {
    auto next = read_group(journal_, files_, group.file,
                           group.position + group_bytes(group.header.body_bytes));
    if (next && planted(Bug::kStaleTail)) {
      next->header.generation = group.header.generation;
      return next;
    }
    if (next && next->header.generation == group.header.generation &&
        continues(group, next->header))
      return next;
    for (auto head = heads_.upper_bound(group.header.generation); head != heads_.end(); ++head) {
      next = first(head->first);
      if (next && continues(group, next->header)) return next;
    }
    return std::nullopt;
  }

 private:
  JournalId journal_;
  std::span<const FileContent> files_;
  std::map<Generation, size_t> heads_;
};

std::unexpected<Error> corrupt(const FileContent& file, uint64_t position, std::string_view why) {
  return fail(ErrorCode::JOURNAL_CORRUPT,
              fmt::format("{} at byte {}: {}", file.name, position, why));
}

// `later` is the lowest group found above the last one followed. What should stand between them is
// behind that one; or it is the head of the later one's file, which is then damaged itself.
std::unexpected<Error> gap(std::span<const FileContent> files, const FoundGroup& last,
                           const Candidate& later) {
  size_t file = last.file;
  uint64_t damage = last.position + group_bytes(last.header.body_bytes);
  bool in_newer_file = later.header.generation > last.header.generation;
  if (in_newer_file && (later.position > 0 || later.header.follows == last.header.number)) {
    file = later.file;
    damage = 0;
  }
  return corrupt(files[file], damage,
                 fmt::format("group {} is followed by nothing that continues it, yet group {} "
                             "stands in {} at byte {}",
                             last.header.number.value(), later.header.number.value(),
                             files[later.file].name, later.position));
}

// The first group of the oldest generation that is needed: some later one of it may say which file
// it was in; else it is the file that begins with neither a group nor zeros.
std::unexpected<Error> no_beginning(std::span<const FileContent> files,
                                    const std::vector<Candidate>& candidates, Generation oldest) {
  std::string why =
      fmt::format("the first group of generation {} is missing or damaged", oldest.value());
  for (const Candidate& candidate : candidates)
    if (candidate.header.generation == oldest) return corrupt(files[candidate.file], 0, why);
  for (const FileContent& file : files) {
    Bytes head = file.bytes.bytes().first(std::min(file.bytes.size(), kGroupHeaderBytes));
    bool blank = std::ranges::all_of(head, [](std::byte byte) { return byte == std::byte{0}; });
    if (!blank && !decode_group_header(head)) return corrupt(file, 0, why);
  }
  return fail(ErrorCode::JOURNAL_CORRUPT, std::move(why));
}

}  // namespace

std::vector<FileHead> reading_order(JournalId journal, std::span<const Buffer> heads) {
  std::vector<FileHead> order;
  for (size_t file = 0; file < heads.size(); ++file) {
    auto header = decode_group_header(heads[file]);
    bool says = header && header->journal == journal;
    order.push_back({file, says ? std::optional(header->generation) : std::nullopt});
  }
  std::ranges::stable_sort(order, [](const FileHead& one, const FileHead& other) {
    if (!one.generation || !other.generation) return !one.generation && other.generation;
    return *one.generation > *other.generation;
  });
  return order;
}

std::optional<Generation> oldest_needed(JournalId journal, std::span<const FileContent> files) {
  std::vector<Candidate> candidates = find_candidates(journal, files);
  auto newest = newest_whole(journal, files, candidates);
  if (newest == candidates.end()) return std::nullopt;
  return newest->header.oldest;
}

Result<Scan> scan(JournalId journal, std::span<const FileContent> files) {
  Scan result;
  std::vector<Candidate> candidates = find_candidates(journal, files);
  if (candidates.empty()) {
    result.next_number = GroupNumber(1);
    result.next_generation = Generation(1);
    return result;
  }
  result.next_number = candidates.front().header.number.next();
  for (const Candidate& candidate : candidates)
    result.next_generation = std::max(result.next_generation, candidate.header.generation.next());

  // The newest whole group says where to begin.
  auto newest = newest_whole(journal, files, candidates);
  if (newest == candidates.end()) {
    // The very first group of all was being written: nothing was ever synced.
    if (candidates.size() == 1 && candidates.front().header.follows == GroupNumber(0)) {
      result.torn = true;
      return result;
    }
    return corrupt(files[candidates.front().file], candidates.front().position,
                   "no group of the journal is whole");
  }
  Follower follower(journal, files, candidates);
  auto group = follower.first(newest->header.oldest);
  if (!group) return no_beginning(files, candidates, newest->header.oldest);
  while (group) {
    result.groups.push_back(*group);
    group = follower.after(result.groups.back());
  }
  const FoundGroup& last = result.groups.back();
  // The lowest first: it stands next to what is missing.
  for (const Candidate& candidate : candidates | std::views::reverse) {
    if (candidate.header.number <= last.header.number) continue;
    // One that was being written when a life ended; so was any other that goes on from the same
    // group: whoever wrote it had not found this one.
    bool being_written = candidate.header.follows == last.header.number &&
                         !read_group(journal, files, candidate.file, candidate.position);
    if (!being_written) return gap(files, last, candidate);
    result.torn = true;
  }
  return result;
}

}  // namespace usher::journal

// The journal, from its newest group backwards: each names the one before and carries its digest,
// down to the head of the oldest file that the newest says is needed. (A start goes forwards.)
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "proto/base/hash.h"
#include "tools/audit/log/journal_group.h"

#include "tests/faults/bitflip/layout.h"

namespace usher::faults {
namespace {

struct Group {
  audit::JournalGroup header;
  std::string path;
  bool whole;
};

using Groups = std::multimap<uint64_t, Group>;

Groups groups_in(const Files& files) {
  Groups groups;
  for (const auto& [path, bytes] : files) {
    if (!path.ends_with(".journal")) continue;
    for (uint64_t at = 0; at < bytes.size(); at += audit::kJournalSector) {
      auto header = audit::decode_group(bytes.bytes().subspan(at));
      if (!header) continue;
      header->position = at;
      bool fits = bytes.size() - at - audit::kGroupHeaderBytes >= header->body_bytes;
      bool whole = fits && xxh3_128(bytes.slice(at + audit::kGroupHeaderBytes,
                                                header->body_bytes)) == header->body;
      groups.emplace(header->number, Group{*header, path, whole});
    }
  }
  return groups;
}

const Group* before(const Groups& groups, const Group& group) {
  auto [from, to] = groups.equal_range(group.header.follows);
  auto found = std::find_if(
      from, to, [&](const auto& row) { return row.second.header.self == group.header.previous; });
  return found != to && found->second.whole ? &found->second : nullptr;
}

std::unexpected<Error> broken(const Group& at, std::string_view why) {
  return fail(ErrorCode::JOURNAL_CORRUPT, fmt::format("{} at byte {}: group {} {}", at.path,
                                                      at.header.position, at.header.number, why));
}

void add_file(const std::string& path, uint64_t bytes, const std::map<uint64_t, Piece>& groups,
              Layout& layout) {
  LaidOut laid_out{.kind = FileKind::kJournal, .pieces = {}};
  uint64_t end = 0;
  for (const auto& [position, piece] : groups) {
    laid_out.pieces.push_back(piece);
    end = piece.end +
          (audit::kJournalSector - piece.end % audit::kJournalSector) % audit::kJournalSector;
    if (piece.end < end) laid_out.pieces.push_back({piece.end, end, Use::kBehindGroup});
  }
  if (end < bytes)
    laid_out.pieces.push_back({end, bytes, groups.empty() ? Use::kFreeFile : Use::kBehindJournal});
  layout.emplace(path, std::move(laid_out));
}

}  // namespace

Result<void> lay_out_journal(const Files& files, Layout& layout) {
  Groups groups = groups_in(files);
  std::map<std::string, std::map<uint64_t, Piece>> counting;
  const Group* newest = groups.empty() ? nullptr : &groups.rbegin()->second;
  for (const Group* group = newest; group;) {
    const audit::JournalGroup& header = group->header;
    if (!group->whole) return broken(*group, "is not whole");
    uint64_t end = header.position + audit::kGroupHeaderBytes + header.body_bytes;
    counting[group->path][header.position] = {
        header.position, end, group == newest ? Use::kLastGroup : Use::kGroup, header.entries};
    if (header.position == 0 && header.generation == newest->header.oldest) break;
    const Group* follows = before(groups, *group);
    if (!follows) return broken(*group, "follows one that is not there");
    group = follows;
  }
  for (const auto& [path, bytes] : files)
    if (path.ends_with(".journal")) add_file(path, bytes.size(), counting[path], layout);
  return {};
}

}  // namespace usher::faults

#include "tools/audit/dump/journal_dump.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "tools/audit/dump/batch_words.h"
#include "tools/audit/log/data_file.h"
#include "tools/audit/log/journal_group.h"

namespace usher::audit {
namespace {

std::string_view kind_text(JournalEntry::Kind kind) {
  constexpr std::string_view kKindNames[] = {"batch", "copy", "truncate", "state", "restart"};
  return kKindNames[static_cast<size_t>(kind) - 1];
}

class JournalDump {
 public:
  JournalDump(DumpSeams seams, DataFile file)
      : seams_(seams), file_(std::move(file)), path_(*file_.path()) {}

  Result<void> run(bool alone) {
    TRY_ASSIGN(auto first, group_at(0));
    DumpLine line("journal", path_, 0);
    line.number("bytes", file_.size());
    if (first) line.number("generation", first->generation).number("journal", first->journal);
    line.words(fmt::format(
        "journal file, {} B: {}", file_.size(),
        first ? fmt::format("generation {} of journal {:016x}", first->generation, first->journal)
              : "no group begins it"));
    seams_.sink.take(line);
    while (true) {
      TRY_ASSIGN(auto group, group_at(end_));
      if (!group || (last_ && !continues(*group))) break;
      TRY_ASSIGN(bool whole, take(*group));
      if (!whole) {
        broken_ = group;
        break;
      }
      last_ = group;
      end_ = group->end();
    }
    return take_rest(alone);
  }

 private:
  Result<std::optional<JournalGroup>> group_at(uint64_t position) {
    TRY_ASSIGN(Buffer header, file_.read(position, kGroupHeaderBytes));
    auto group = decode_group(header);
    if (group) group->position = position;
    return group;
  }

  bool continues(const JournalGroup& group) const {
    return group.generation == last_->generation && group.follows == last_->number &&
           group.previous == last_->self;
  }

  // False: its body is not the one that its header names.
  Result<bool> take(const JournalGroup& group) {
    TRY_ASSIGN(Buffer body, file_.read(group.position + kGroupHeaderBytes, group.body_bytes));
    if (body.size() != group.body_bytes || xxh3_128(body) != group.body) return false;
    DumpLine line("group", path_, group.position);
    line.number("group", group.number)
        .number("generation", group.generation)
        .number("follows", group.follows)
        .number("attested", group.attested)
        .number("oldest", group.oldest)
        .number("entries", group.entries)
        .number("bytes", group.body_bytes)
        .words(fmt::format("group {}: {} entr{}, {} B; attests group {}", group.number,
                           group.entries, group.entries == 1 ? "y" : "ies", group.body_bytes,
                           group.attested));
    seams_.sink.take(line);
    for (JournalEntries entries(body); !entries.done();) {
      auto entry = entries.next();
      if (!entry) {
        seams_.sink.corrupt(path_, group.position, entry.error().detail);
        break;
      }
      take(group, *entry, body);
    }
    return true;
  }

  void take(const JournalGroup& group, const JournalEntry& entry, const Buffer& body) {
    uint64_t position = group.position + kGroupHeaderBytes + entry.payload_at;
    DumpLine line("entry", path_, position);
    line.number("group", group.number).text("entry", kind_text(entry.kind));
    if (entry.header) {
      line.words(fmt::format("  {} of {}: ", kind_text(entry.kind),
                             partition_text(entry.key, seams_.catalog)));
      add_partition(line, entry.key, seams_.catalog);
      describe_batch(line, *entry.header, seams_.catalog);
      seams_.sink.take(line);
      take_body(position, body.slice(entry.payload_at, entry.bytes));
      return;
    }
    add_partition(line, entry.key, seams_.catalog);
    std::string what;
    if (entry.kind == JournalEntry::Kind::kTruncate) {
      line.number("from", entry.from.value());
      what = fmt::format("cut off from offset {} on", entry.from.value());
    } else {
      line.number("term", entry.term.value())
          .number("vote", entry.vote)
          .number("commit", entry.commit.value())
          .number("stored", entry.stored.value());
      what =
          fmt::format("term {}, vote {:016x}, committed below {}, in segments below {}",
                      entry.term.value(), entry.vote, entry.commit.value(), entry.stored.value());
    }
    line.words(fmt::format("  {} of {}: {}", kind_text(entry.kind),
                           partition_text(entry.key, seams_.catalog), what));
    seams_.sink.take(line);
  }

  void take_body(uint64_t position, const Buffer& bytes) {
    auto batch = wire::Batch::decode(bytes);
    auto opened = batch ? OpenedBatch::open({std::move(*batch), {file_.path(), position}})
                        : Result<OpenedBatch>(fail(batch.error()));
    if (!opened)
      seams_.sink.corrupt(path_, position, opened.error().detail);
    else if (seams_.options.records)
      dump_records(seams_.sink, *opened, seams_.catalog);
  }

  // What stands behind the last group: zeros, groups of an older use, or damage.
  Result<void> take_rest(bool alone) {
    uint64_t stale = 0;
    std::optional<JournalGroup> later;
    for (uint64_t at = end_; at < file_.size(); at += limits::kMiB) {
      TRY_ASSIGN(Buffer piece, file_.read(at, limits::kMiB));
      for (size_t sector = 0; sector < piece.size(); sector += kJournalSector) {
        auto group = decode_group(piece.bytes().subspan(sector));
        if (!group || at + sector == end_) continue;
        group->position = at + sector;
        bool is_of_this_use = last_ ? group->number > last_->number : alone;
        if (!is_of_this_use)
          ++stale;
        else if (!later)
          later = group;
      }
    }
    if (later && alone)
      seams_.sink.corrupt(path_, end_,
                          fmt::format("no whole group stands here, yet group {} stands at byte {}",
                                      later->number, later->position));
    else if (broken_)
      tell("torn", fmt::format("group {} is not whole: a write that never ended", broken_->number));
    if (stale > 0) tell("stale", fmt::format("{} groups of an older use of the file", stale));
    return {};
  }

  void tell(std::string_view what, std::string words) {
    DumpLine line(what, path_, end_);
    line.text("detail", words).words(std::move(words));
    seams_.sink.take(line);
  }

  DumpSeams seams_;
  DataFile file_;
  std::string path_;
  std::optional<JournalGroup> last_;
  std::optional<JournalGroup> broken_;
  uint64_t end_ = 0;
};

}  // namespace

Result<void> dump_journal_file(const DumpSeams& seams, const std::string& path, bool alone) {
  TRY_ASSIGN(DataFile file, DataFile::open(path));
  return JournalDump(seams, std::move(file)).run(alone);
}

}  // namespace usher::audit

// Starting: every file that may be needed is read, the groups in it are followed, the entries
// replayed.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "broker/journal/journal.h"
#include "proto/base/check.h"
#include "proto/wire/batch_header.h"

namespace usher::journal {
namespace {

// "0017.journal" is the 17th file; another name is none.
std::optional<uint32_t> number_of(std::string_view name) {
  constexpr std::string_view kEnding = ".journal";
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  uint32_t number = 0;
  auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != name.data() + name.size()) return std::nullopt;
  return number;
}

}  // namespace

// Keeps itself alive until it has answered.
class Opening : public std::enable_shared_from_this<Opening> {
 public:
  Opening(Scheduler& scheduler, io::Disk& disk, Options options, Owner& owner,
          io::Done<Journal::Opened> done)
      : disk_(disk),
        options_(options),
        journal_(new Journal(scheduler, disk, std::move(options), owner)),
        done_(std::move(done)) {}

  void start() {
    disk_.make_directory(options_.directory, [self = shared_from_this()](Result<void> made) {
      if (!made) return self->done_(usher::fail(made.error()));
      self->sync_names();
    });
  }

 private:
  // Whoever made a file that is seen here may have died before its name was safe, and nothing may
  // be promised in what a power cut still takes.
  void sync_names() {
    disk_.sync_directory(options_.directory, [self = shared_from_this()](Result<void> synced) {
      if (!synced) return self->done_(usher::fail(synced.error()));
      self->list();
    });
  }

  void list() {
    disk_.list(options_.directory,
               [self = shared_from_this()](Result<std::vector<io::FileInfo>> files) {
                 if (!files) return self->done_(usher::fail(files.error()));
                 for (const io::FileInfo& file : *files)
                   if (auto number = number_of(file.name)) {
                     self->names_.push_back(file);
                     self->journal_->last_file_ = std::max(self->journal_->last_file_, *number);
                   }
                 self->open_next();
               });
  }

  void open_next() {
    if (files_.size() == names_.size()) {
      order_ = reading_order(options_.id, heads_);
      return read_next();
    }
    content_.push_back({fmt::format("{}/{}", options_.directory, names_[files_.size()].name), {}});
    disk_.open(content_.back().name, {.mode = io::OpenMode::kWrite, .direct = true},
               [self = shared_from_this()](Result<std::unique_ptr<io::File>> file) {
                 if (!file) return self->done_(usher::fail(file.error()));
                 self->files_.push_back(std::move(*file));
                 self->read_head();
               });
  }

  size_t bytes_of(size_t file) const { return names_[file].size / io::kSector * io::kSector; }

  void read_head() {
    size_t size = std::min(io::kSector, bytes_of(files_.size() - 1));
    files_.back()->read(0, size, [self = shared_from_this()](Result<Buffer> head) {
      if (!head) return self->done_(usher::fail(head.error()));
      self->heads_.push_back(std::move(*head));
      self->open_next();
    });
  }

  void read_next() {
    if (read_ == order_.size() || is_older_than_needed(order_[read_])) return finish();
    size_t file = order_[read_++].file;
    files_[file]->read(0, bytes_of(file), [self = shared_from_this(), file](Result<Buffer> bytes) {
      if (!bytes) return self->done_(usher::fail(bytes.error()));
      self->content_[file].bytes = std::move(*bytes);
      self->read_next();
    });
  }

  // Asked once one with a head was read: no later one has anything newer.
  bool is_older_than_needed(const FileHead& head) {
    if (!head.generation || read_ == 0 || !order_[read_ - 1].generation) return false;
    if (!oldest_needed_) oldest_needed_ = oldest_needed(options_.id, content_);
    return oldest_needed_ && *head.generation < *oldest_needed_;
  }

  void finish() {
    auto found = scan(options_.id, content_);
    if (!found) return done_(usher::fail(found.error()));
    scan_ = std::move(*found);
    if (scan_.groups.empty()) return answer();
    // The last group was read, but whoever wrote it may have died before its sync: it must be safe
    // before anything is built on it.
    files_[scan_.groups.back().file]->sync([self = shared_from_this()](Result<void> synced) {
      if (!synced) return self->done_(usher::fail(synced.error()));
      self->answer();
    });
  }

  void answer() {
    auto opened = recover();
    if (!opened) return done_(usher::fail(opened.error()));
    done_(std::move(opened));
  }

  Result<Journal::Opened> recover() {
    Replay replay;
    for (const FoundGroup& group : scan_.groups)
      for (EntryReader reader(group.body); !reader.done();) {
        auto entry = reader.next();
        if (!entry) return damaged(group, "an entry cannot be read");
        if (auto applied = replay.apply(*entry); !applied)
          return damaged(group, applied.error().detail);
      }
    Journal::Opened opened{.journal = {}, .recovered = {}, .torn = scan_.torn};
    TRY_ASSIGN(opened.recovered, std::move(replay).finish());
    take_over(scan_, opened.recovered);
    opened.journal = std::move(journal_);
    return opened;
  }

  std::unexpected<Error> damaged(const FoundGroup& group, std::string_view why) const {
    return usher::fail(
        ErrorCode::JOURNAL_CORRUPT,
        fmt::format("{} at byte {}: {}", content_[group.file].name, group.position, why));
  }

  // The journal goes on in a new generation behind the last group; what was found stays in use
  // until it is needed no more.
  void take_over(const Scan& found, const Recovered& recovered) {
    Journal& journal = *journal_;
    journal.next_number_ = found.next_number;
    if (!found.groups.empty()) journal.last_ = found.groups.back().header;
    for (const auto& [partition, state] : recovered) {
      journal.states_[partition] = journal.written_[partition] = state.state;
      journal.stored_[partition] = state.state.stored;
    }
    std::vector<bool> used(files_.size());
    for (const FoundGroup& group : found.groups) {
      if (!used[group.file]) {
        used[group.file] = true;
        journal.files_.add_in_use({.name = content_[group.file].name,
                                   .file = std::move(files_[group.file]),
                                   .generation = group.header.generation,
                                   .used = 0,
                                   .ends = {}});
      }
      journal.files_.current().used = group.position + group_bytes(group.header.body_bytes);
      note_batches(group, recovered);
    }
    for (size_t i = 0; i < files_.size(); ++i)
      if (!used[i]) journal.files_.add_free(content_[i].name, std::move(files_[i]));
    journal.files_.set_next_generation(found.next_generation);
    journal.sealed_ = journal.files_.has_current();
  }

  // Of what the group holds, only what is still in a tail makes its file needed.
  void note_batches(const FoundGroup& group, const Recovered& recovered) {
    for (EntryReader reader(group.body); !reader.done();) {
      auto entry = reader.next();
      if (entry->kind == EntryKind::kTruncate)
        journal_->files_.note_truncation(entry->partition, entry->from);
      if (entry->kind == EntryKind::kRestart)
        journal_->files_.note_truncation(entry->partition, Offset(0));
      if (entry->kind != EntryKind::kBatch && entry->kind != EntryKind::kCopy) continue;
      auto batch = wire::BatchHeader::decode(entry->header);
      const auto& tail = recovered.at(entry->partition).tail;
      if (auto kept = tail.find(batch->place().base_offset); kept != tail.end())
        journal_->files_.note_batch(entry->partition, kept->second.end);
    }
  }

  io::Disk& disk_;
  Options options_;
  std::unique_ptr<Journal> journal_;
  io::Done<Journal::Opened> done_;
  std::vector<io::FileInfo> names_;
  std::vector<std::unique_ptr<io::File>> files_;
  std::vector<Buffer> heads_;
  std::vector<FileHead> order_;
  size_t read_ = 0;  // of the order
  std::optional<Generation> oldest_needed_;
  std::vector<FileContent> content_;  // of those read
  Scan scan_;
};

void Journal::open(Scheduler& scheduler, io::Disk& disk, Options options, Owner& owner,
                   io::Done<Opened> done) {
  std::make_shared<Opening>(scheduler, disk, std::move(options), owner, std::move(done))->start();
}

}  // namespace usher::journal

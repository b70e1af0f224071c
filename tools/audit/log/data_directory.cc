#include "tools/audit/log/data_directory.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <fmt/format.h>

namespace usher::audit {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".segment";

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  std::error_code problem;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end; at.increment(problem))
    names.push_back(at->path().filename().string());
  std::ranges::sort(names);
  return names;
}

std::string directory_of(const std::string& path, PartitionKey key) {
  return fmt::format("{}/segments/{}-{}", path, key.space.value(), key.partition.value());
}

std::optional<PartitionKey> key_of(std::string_view name) {
  uint32_t space = 0, partition = 0;
  auto first = std::from_chars(name.begin(), name.end(), space);
  if (first.ec != std::errc() || first.ptr == name.end() || *first.ptr != '-') return std::nullopt;
  auto second = std::from_chars(first.ptr + 1, name.end(), partition);
  if (second.ec != std::errc() || second.ptr != name.end()) return std::nullopt;
  return PartitionKey{SpaceId(space), PartitionId(partition)};
}

// Segments one after the other, then the journal's tail.
class ReplicaStream final : public BatchStream {
 public:
  ReplicaStream(PartitionKey key, std::string directory, const JournalFiles& journal,
                Findings& findings)
      : key_(key), directory_(std::move(directory)), journal_(journal), findings_(findings) {
    for (std::string& name : names_in(directory_))
      if (name.ends_with(kEnding)) names_.push_back(std::move(name));
    if (const JournalTail* tail = journal_.tail(key_)) tail_ = *tail;
  }

  Result<std::optional<FoundBatch>> next() override {
    while (in_segments_) {
      TRY_ASSIGN(auto found, next_in_segments());
      if (found) return found;
    }
    return next_in_journal();
  }

  std::vector<FoundHead> take_heads() override { return std::exchange(heads_, {}); }
  bool take_lost() override { return std::exchange(lost_, false); }

 private:
  bool is_last() const { return next_name_ == names_.size(); }

  void report(Kind kind, Spot spot, std::string detail) {
    lost_ = true;
    findings_.add({.kind = kind,
                   .space = key_.space,
                   .partition = key_.partition,
                   .offset = end_,
                   .spot = std::move(spot),
                   .detail = std::move(detail)});
  }

  // False: there is no further segment.
  Result<bool> open_segment() {
    if (is_last()) return false;
    std::string path = directory_ + "/" + names_[next_name_++];
    TRY_ASSIGN(DataFile file, DataFile::open(path));
    Spot spot{file.path(), 0};
    auto segment = SegmentFile::open(std::move(file), key_);
    if (!segment) {
      if (segment.error().code == ErrorCode::IO_FAILED) return fail(segment.error());
      // A segment that was being made holds nothing yet.
      if (!is_last() || end_ < tail_.stored) report(Kind::kFile, spot, segment.error().detail);
      return true;
    }
    heads_.push_back({segment->begin(), segment->head_spot()});
    end_ = std::max(end_, segment->begin().offset);
    segment_.emplace(std::move(*segment));
    return true;
  }

  Result<std::optional<FoundBatch>> next_in_segments() {
    if (!segment_) {
      TRY_ASSIGN(in_segments_, open_segment());
      return std::nullopt;
    }
    TRY_ASSIGN(SegmentFile::Found found, segment_->next());
    if (found == SegmentFile::Found::kBatch) {
      end_ = segment_->batch().header().end_offset();
      return FoundBatch{segment_->batch(), segment_->spot()};
    }
    if (found == SegmentFile::Found::kDamaged) {
      // At the end of all, what was never known to be stored is a torn write.
      bool torn = is_last() && end_ >= tail_.stored;
      if (!torn) report(Kind::kBatch, segment_->spot(), segment_->why());
      bool goes_on = false;
      if (!torn) {
        TRY_ASSIGN(goes_on, segment_->skip_damage());
      }
      if (goes_on) return std::nullopt;
    }
    segment_.reset();
    return std::nullopt;
  }

  Result<std::optional<FoundBatch>> next_in_journal() {
    for (auto at = tail_.batches.lower_bound(end_); at != tail_.batches.end();
         at = tail_.batches.upper_bound(at->first)) {
      if (at->second.end > tail_.commit) break;
      end_ = at->second.end;
      auto found = journal_.read(at->second);
      if (found) return std::optional(std::move(*found));
      if (found.error().code == ErrorCode::IO_FAILED) return fail(found.error());
      report(Kind::kBatch, {}, found.error().detail);
    }
    return std::nullopt;
  }

  PartitionKey key_;
  std::string directory_;
  const JournalFiles& journal_;
  Findings& findings_;
  std::vector<std::string> names_;
  size_t next_name_ = 0;
  bool in_segments_ = true;
  std::optional<SegmentFile> segment_;
  JournalTail tail_;
  Offset end_;
  std::vector<FoundHead> heads_;
  bool lost_ = false;
};

}  // namespace

Result<std::shared_ptr<const DataDirectory>> DataDirectory::open(const std::string& path,
                                                                 Findings& findings) {
  std::error_code problem;
  bool is_one =
      fs::is_directory(path + "/segments", problem) || fs::is_directory(path + "/journal", problem);
  if (!is_one)
    return fail(ErrorCode::CONFIG_INVALID,
                fmt::format("dir: {} is no broker's data directory: it has neither segments nor a "
                            "journal",
                            path));
  TRY(check_not_in_use(path));
  TRY_ASSIGN(JournalFiles journal, JournalFiles::open(path + "/journal", findings));
  return std::shared_ptr<const DataDirectory>(new DataDirectory(path, std::move(journal)));
}

std::set<PartitionKey> DataDirectory::partitions() const {
  std::set<PartitionKey> keys;
  for (const std::string& name : names_in(path_ + "/segments"))
    if (auto key = key_of(name)) keys.insert(*key);
  for (const auto& [key, tail] : journal_.tails())
    if (!tail.batches.empty()) keys.insert(key);
  return keys;
}

Offset DataDirectory::stored(PartitionKey key) const {
  const JournalTail* tail = journal_.tail(key);
  return tail ? tail->stored : Offset();
}

std::unique_ptr<BatchStream> DataDirectory::stream(PartitionKey key, Findings& findings) const {
  return std::make_unique<ReplicaStream>(key, directory_of(path_, key), journal_, findings);
}

}  // namespace usher::audit

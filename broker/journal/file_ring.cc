#include "broker/journal/file_ring.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::journal {

void FileRing::add_in_use(JournalFile file) {
  CHECK(in_use_.empty() || in_use_.back().generation < file.generation);
  in_use_.push_back(std::move(file));
}

void FileRing::add_free(std::string name, std::unique_ptr<io::File> file) {
  free_.push_back(
      {.name = std::move(name), .file = std::move(file), .generation = {}, .used = 0, .ends = {}});
}

void FileRing::advance() {
  JournalFile next = take_free();
  next.generation = next_generation_;
  next.used = 0;
  next.ends.clear();
  next_generation_ = next_generation_.next();
  in_use_.push_back(std::move(next));
}

JournalFile FileRing::take_free() {
  CHECK(!free_.empty());
  JournalFile file = std::move(free_.front());
  free_.pop_front();
  return file;
}

void FileRing::note_batch(PartitionKey partition, Offset end) {
  Offset& known = current().ends[partition];
  known = std::max(known, end);
}

void FileRing::note_truncation(PartitionKey partition, Offset from) {
  for (JournalFile& file : in_use_)
    if (auto end = file.ends.find(partition); end != file.ends.end())
      end->second = std::min(end->second, from);
}

bool FileRing::oldest_is_needed(const std::map<PartitionKey, Offset>& stored) const {
  return std::ranges::any_of(oldest().ends, [&](const auto& end) {
    auto known = stored.find(end.first);
    return end.second > (known == stored.end() ? Offset(0) : known->second);
  });
}

void FileRing::retire_oldest() {
  CHECK(in_use_.size() > 1, "the current file stays");
  retiring_.push_back(std::move(in_use_.front()));
  in_use_.pop_front();
}

void FileRing::release(Generation oldest) {
  while (!retiring_.empty() && retiring_.front().generation < oldest) {
    free_.push_back(std::move(retiring_.front()));
    retiring_.pop_front();
  }
}

}  // namespace usher::journal

// Journal files made by hand, group by group, for tests of what reads them.
#pragma once

#include <cstring>
#include <string>
#include <vector>

#include "broker/io/disk.h"
#include "broker/journal/scan.h"

namespace usher::journal {

constexpr JournalId kJournal{0x1234};

class Files {
 public:
  explicit Files(size_t count, size_t bytes = 64 * io::kSector)
      : content_(count, std::vector<std::byte>(bytes)) {}

  // Behind the last group; a new generation begins where file changes.
  void write(size_t file, const std::vector<Entry>& entries = {},
             Generation oldest = Generation(1)) {
    if (last_.number == GroupNumber(0) || file != file_) {
      generation_ = generation_.next();
      position_ = 0;
      file_ = file;
    }
    GroupHeader header{.journal = kJournal,
                       .generation = generation_,
                       .number = number_,
                       .follows = last_.number,
                       .attested = last_.number,
                       .oldest = oldest,
                       .previous = last_.number == GroupNumber(0) ? Digest{} : digest_of(last_),
                       .body = {}};
    std::vector<std::byte> body;
    for (const Entry& entry : entries) {
      body.resize(body.size() + entry_bytes(entry));
      encode_entry(entry, body.data() + body.size() - entry_bytes(entry));
    }
    header.entries = static_cast<uint32_t>(entries.size());
    header.body_bytes = static_cast<uint32_t>(body.size());
    header.body = xxh3_128(body);
    std::byte* to = content_[file].data() + position_;
    encode_group_header(header, to);
    if (!body.empty()) std::memcpy(to + kGroupHeaderBytes, body.data(), body.size());
    started_ = position_;
    position_ += group_bytes(header.body_bytes);
    before_ = last_;
    last_ = header;
    number_ = number_.next();
  }

  // The last group did not arrive whole, and a new life begins: its number is not used again.
  void tear_last() {
    content_[file_][started_ + kGroupHeaderBytes] ^= std::byte{1};
    last_ = before_;
  }

  void flip(size_t file, size_t at) { content_[file][at] ^= std::byte{4}; }
  uint64_t last_began_at() const { return started_; }

  std::vector<FileContent> content() const {
    std::vector<FileContent> files;
    for (size_t i = 0; i < content_.size(); ++i)
      files.push_back({"file-" + std::to_string(i), Buffer::copy_of(content_[i])});
    return files;
  }

 private:
  std::vector<std::vector<std::byte>> content_;
  GroupHeader last_;
  GroupHeader before_;
  Generation generation_;
  GroupNumber number_{1};
  size_t file_ = 0;
  uint64_t position_ = 0;
  uint64_t started_ = 0;
};

inline Entry state_entry(uint64_t term) {
  return {.kind = EntryKind::kState, .partition = {}, .state = {.term = Term(term)}};
}

}  // namespace usher::journal

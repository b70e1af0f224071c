// Records inside a section, as bytes: written once, then only looked at.
//
//     section = record, record, …        record = fixed 12 bytes, key, value, headers
//
// A record's place is its offset minus the batch's base offset, so the order across the sections of
// a batch survives. Its time is the batch's: the leader gives it, nobody sends one.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::wire {

struct Header {
  std::string_view name;
  Bytes value;
};

// What a producer hands over. No value: a tombstone.
struct Record {
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  std::span<const Header> headers;
};

// The headers of a record in a checked section, in the order they were given.
class HeadersView {
 public:
  HeadersView() = default;
  HeadersView(Bytes bytes, uint8_t count) : bytes_(bytes), count_(count) {}
  size_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  // The next header of `rest`, which it shortens.
  static Header take(Bytes& rest);
  template <class Each>
  void for_each(Each&& each) const {
    Bytes rest = bytes_;
    for (size_t i = 0; i < count_; ++i) each(take(rest));
  }

 private:
  Bytes bytes_;
  uint8_t count_ = 0;
};

// A record where it stands; it lives as long as the section's bytes.
struct RecordView {
  uint32_t place = 0;
  std::optional<Bytes> key;
  std::optional<Bytes> value;
  HeadersView headers;
};

// TOO_LARGE names the limit that the record is over.
Result<void> check_record(const Record& record);
// How many bytes the record takes in a section. It has passed check_record.
size_t encoded_bytes(const Record& record);
void append_record(std::vector<std::byte>& section, uint16_t place, const Record& record);

// Walks a section of `count` records once and refuses what is not one: lengths that leave the
// section, records over the limit, places that do not rise or reach `places`, flags or headers that
// have another encoding. BATCH_MALFORMED names the record. After it, a SectionReader needs no
// checks.
Result<void> check_section(Bytes section, uint32_t count, uint32_t places);

// Iterates a section that has passed check_section.
class SectionReader {
 public:
  SectionReader() = default;
  explicit SectionReader(Bytes checked) : rest_(checked) {}
  bool done() const { return rest_.empty(); }
  RecordView next();
  // The place of the record that next() will give.
  uint32_t next_place() const;

 private:
  Bytes rest_;
};

}  // namespace usher::wire

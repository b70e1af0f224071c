#include "proto/wire/record.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"

namespace usher::wire {
namespace {

// The fixed part of a record; docs/formats/batch.md draws it.
constexpr size_t kValueBytesAt = 0;
constexpr size_t kKeyBytesAt = 4;
constexpr size_t kPlaceAt = 6;
constexpr size_t kFlagsAt = 8;
constexpr size_t kHeaderCountAt = 9;
constexpr size_t kHeadersBytesAt = 10;
constexpr size_t kRecordFixedBytes = 12;
constexpr uint8_t kHasKey = 1;
constexpr uint8_t kHasValue = 2;

// Each header: the lengths of name and value, two bytes each, then both.
constexpr size_t kHeaderFixedBytes = 4;

struct Fixed {
  uint32_t value_bytes;
  uint16_t key_bytes;
  uint16_t place;
  uint8_t flags;
  uint8_t header_count;
  uint16_t headers_bytes;

  size_t body_bytes() const { return size_t{key_bytes} + value_bytes + headers_bytes; }
};

Fixed load_fixed(const std::byte* at) {
  return {.value_bytes = load_le<uint32_t>(at + kValueBytesAt),
          .key_bytes = load_le<uint16_t>(at + kKeyBytesAt),
          .place = load_le<uint16_t>(at + kPlaceAt),
          .flags = load_le<uint8_t>(at + kFlagsAt),
          .header_count = load_le<uint8_t>(at + kHeaderCountAt),
          .headers_bytes = load_le<uint16_t>(at + kHeadersBytesAt)};
}

size_t headers_bytes(std::span<const Header> headers) {
  size_t sum = 0;
  for (const Header& header : headers)
    sum += kHeaderFixedBytes + header.name.size() + header.value.size();
  return sum;
}

void append(std::vector<std::byte>& to, Bytes bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

std::unexpected<Error> malformed(uint32_t index, std::string_view why) {
  return fail(ErrorCode::BATCH_MALFORMED, fmt::format("record {} of a section: {}", index, why));
}

bool headers_fit(Bytes rest, uint8_t count) {
  for (uint8_t i = 0; i < count; ++i) {
    if (rest.size() < kHeaderFixedBytes) return false;
    size_t bytes = kHeaderFixedBytes + size_t{load_le<uint16_t>(rest.data())} +
                   load_le<uint16_t>(rest.data() + 2);
    if (rest.size() < bytes) return false;
    rest = rest.subspan(bytes);
  }
  return rest.empty();
}

}  // namespace

Header HeadersView::take(Bytes& rest) {
  size_t name_bytes = load_le<uint16_t>(rest.data());
  size_t value_bytes = load_le<uint16_t>(rest.data() + 2);
  Header header{.name = as_text(rest.subspan(kHeaderFixedBytes, name_bytes)),
                .value = rest.subspan(kHeaderFixedBytes + name_bytes, value_bytes)};
  rest = rest.subspan(kHeaderFixedBytes + name_bytes + value_bytes);
  return header;
}

Result<void> check_record(const Record& record) {
  auto over = [](std::string_view what, size_t is, size_t limit) {
    return fail(ErrorCode::TOO_LARGE, fmt::format("{} of {}, the limit is {}", what, is, limit));
  };
  size_t key_bytes = record.key ? record.key->size() : 0;
  size_t value_bytes = record.value ? record.value->size() : 0;
  size_t header_bytes = headers_bytes(record.headers);
  if (key_bytes > limits::kKeyBytes) return over("key bytes", key_bytes, limits::kKeyBytes);
  if (record.headers.size() > limits::kHeaders)
    return over("headers", record.headers.size(), limits::kHeaders);
  if (header_bytes > limits::kHeadersBytes)
    return over("header bytes", header_bytes, limits::kHeadersBytes);
  if (size_t sum = key_bytes + value_bytes + header_bytes; sum > limits::kRecordBytes)
    return over("record bytes", sum, limits::kRecordBytes);
  return {};
}

size_t encoded_bytes(const Record& record) {
  return kRecordFixedBytes + (record.key ? record.key->size() : 0) +
         (record.value ? record.value->size() : 0) + headers_bytes(record.headers);
}

void append_record(std::vector<std::byte>& section, uint16_t place, const Record& record) {
  Bytes key = record.key.value_or(Bytes());
  Bytes value = record.value.value_or(Bytes());
  std::byte fixed[kRecordFixedBytes];
  store_le(fixed + kValueBytesAt, static_cast<uint32_t>(value.size()));
  store_le(fixed + kKeyBytesAt, static_cast<uint16_t>(key.size()));
  store_le(fixed + kPlaceAt, place);
  store_le(fixed + kFlagsAt,
           static_cast<uint8_t>((record.key ? kHasKey : 0) | (record.value ? kHasValue : 0)));
  store_le(fixed + kHeaderCountAt, static_cast<uint8_t>(record.headers.size()));
  store_le(fixed + kHeadersBytesAt, static_cast<uint16_t>(headers_bytes(record.headers)));
  append(section, fixed);
  append(section, key);
  append(section, value);
  for (const Header& header : record.headers) {
    std::byte lengths[kHeaderFixedBytes];
    store_le(lengths, static_cast<uint16_t>(header.name.size()));
    store_le(lengths + 2, static_cast<uint16_t>(header.value.size()));
    append(section, lengths);
    append(section, as_bytes(header.name));
    append(section, header.value);
  }
}

Result<void> check_section(Bytes section, uint32_t count, uint32_t places) {
  uint32_t least_place = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (section.size() < kRecordFixedBytes) return malformed(i, "the section ends before it");
    Fixed fixed = load_fixed(section.data());
    if (section.size() - kRecordFixedBytes < fixed.body_bytes())
      return malformed(i, "it is longer than the section");
    if (fixed.body_bytes() > limits::kRecordBytes) return malformed(i, "it is over the limit");
    if (fixed.place < least_place || fixed.place >= places)
      return malformed(i, "its place is out of order");
    if (fixed.flags & ~(kHasKey | kHasValue)) return malformed(i, "unknown flags");
    if (fixed.key_bytes > 0 && !(fixed.flags & kHasKey)) return malformed(i, "a key it has not");
    if (fixed.value_bytes > 0 && !(fixed.flags & kHasValue))
      return malformed(i, "a value it has not");
    if ((fixed.header_count > 0 || fixed.headers_bytes > 0) &&
        !headers_fit(section.subspan(kRecordFixedBytes + fixed.key_bytes + fixed.value_bytes,
                                     fixed.headers_bytes),
                     fixed.header_count))
      return malformed(i, "its headers do not fill their length");
    least_place = fixed.place + 1u;
    section = section.subspan(kRecordFixedBytes + fixed.body_bytes());
  }
  if (!section.empty())
    return fail(ErrorCode::BATCH_MALFORMED,
                fmt::format("{} bytes behind the last record of a section", section.size()));
  return {};
}

RecordView SectionReader::next() {
  CHECK(rest_.size() >= kRecordFixedBytes,
        "next() behind the end, or a section that was not checked");
  Fixed fixed = load_fixed(rest_.data());
  CHECK(rest_.size() - kRecordFixedBytes >= fixed.body_bytes(), "a section that was not checked");
  const std::byte* at = rest_.data() + kRecordFixedBytes;
  RecordView record{.place = fixed.place, .key = {}, .value = {}, .headers = {}};
  if (fixed.flags & kHasKey) record.key = Bytes(at, fixed.key_bytes);
  at += fixed.key_bytes;
  if (fixed.flags & kHasValue) record.value = Bytes(at, fixed.value_bytes);
  at += fixed.value_bytes;
  record.headers = HeadersView(Bytes(at, fixed.headers_bytes), fixed.header_count);
  rest_ = rest_.subspan(kRecordFixedBytes + fixed.body_bytes());
  return record;
}

uint32_t SectionReader::next_place() const {
  CHECK(rest_.size() >= kRecordFixedBytes);
  return load_le<uint16_t>(rest_.data() + kPlaceAt);
}

}  // namespace usher::wire

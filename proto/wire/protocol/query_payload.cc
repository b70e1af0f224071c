#include "proto/wire/protocol/query_payload.h"

#include <algorithm>

#include "proto/base/little_endian.h"

namespace usher::wire {
namespace {

void add_number(std::string& into, uint32_t number) {
  std::byte bytes[4];
  store_le(bytes, number);
  into.append(as_text(bytes));
}
void add_long(std::string& into, uint64_t number) {
  std::byte bytes[8];
  store_le(bytes, number);
  into.append(as_text(bytes));
}
void add_text(std::string& into, std::string_view text) {
  add_number(into, static_cast<uint32_t>(text.size()));
  into.append(text);
}

class Reading {
 public:
  explicit Reading(Bytes bytes) : left_(bytes) {}
  bool done() const { return left_.empty(); }
  Result<uint32_t> number() {
    TRY_ASSIGN(Bytes bytes, take(4));
    return load_le<uint32_t>(bytes.data());
  }
  Result<uint64_t> long_number() {
    TRY_ASSIGN(Bytes bytes, take(8));
    return load_le<uint64_t>(bytes.data());
  }
  Result<std::string> text() {
    TRY_ASSIGN(uint32_t size, number());
    TRY_ASSIGN(Bytes bytes, take(size));
    return std::string(as_text(bytes));
  }
  Result<Bytes> take(size_t size) {
    if (left_.size() < size)
      return fail(ErrorCode::ENVELOPE_MALFORMED, "a question's payload is cut off");
    Bytes taken = left_.first(size);
    left_ = left_.subspan(size);
    return taken;
  }

 private:
  Bytes left_;
};

}  // namespace

std::string encode(const StateTold& told) {
  std::string bytes;
  add_long(bytes, told.digest.low);
  add_long(bytes, told.digest.high);
  add_long(bytes, told.entries);
  bytes.append(as_text(told.chain.bytes()));
  return bytes;
}

std::string encode(const RangeAsked& asked) {
  std::string bytes;
  add_number(bytes, asked.limit);
  add_text(bytes, asked.prefix);
  add_text(bytes, asked.after);
  return bytes;
}

std::string encode(const RangeTold& told) {
  std::string bytes(1, told.more ? '\1' : '\0');
  for (const RangeEntry& entry : told.entries) {
    add_text(bytes, entry.key);
    add_text(bytes, entry.value);
  }
  return bytes;
}

Result<RangeAsked> decode_range_asked(Bytes bytes) {
  Reading reading(bytes);
  RangeAsked asked;
  TRY_ASSIGN(asked.limit, reading.number());
  TRY_ASSIGN(asked.prefix, reading.text());
  TRY_ASSIGN(asked.after, reading.text());
  if (!reading.done())
    return fail(ErrorCode::ENVELOPE_MALFORMED, "bytes behind a question's payload");
  return asked;
}

Result<RangeTold> decode_range_told(Bytes bytes) {
  Reading reading(bytes);
  RangeTold told;
  TRY_ASSIGN(Bytes more, reading.take(1));
  told.more = more[0] != std::byte{0};
  while (!reading.done()) {
    RangeEntry entry;
    TRY_ASSIGN(entry.key, reading.text());
    TRY_ASSIGN(entry.value, reading.text());
    told.entries.push_back(std::move(entry));
  }
  return told;
}

Result<StateTold> decode_state_told(Bytes bytes) {
  Reading reading(bytes);
  StateTold told;
  TRY_ASSIGN(told.digest.low, reading.long_number());
  TRY_ASSIGN(told.digest.high, reading.long_number());
  TRY_ASSIGN(told.entries, reading.long_number());
  TRY_ASSIGN(Bytes chain, reading.take(told.chain.value.size()));
  std::ranges::copy(chain, told.chain.value.begin());
  if (!reading.done())
    return fail(ErrorCode::ENVELOPE_MALFORMED, "bytes behind an answer's payload");
  return told;
}

}  // namespace usher::wire

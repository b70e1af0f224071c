#include "processors/state/digest.h"

#include "proto/base/check.h"
#include "proto/base/little_endian.h"

namespace usher::state {

Digest plus(const Digest& a, const Digest& b) {
  Digest sum{.low = a.low + b.low, .high = a.high + b.high};
  if (sum.low < a.low) ++sum.high;
  return sum;
}

Digest minus(const Digest& a, const Digest& b) {
  Digest left{.low = a.low - b.low, .high = a.high - b.high};
  if (a.low < b.low) --left.high;
  return left;
}

Digest entry_digest(std::string_view key, std::string_view value, std::string& scratch) {
  CHECK(key.size() >= kStoreBytes);
  std::byte bytes[4];
  store_le(bytes, static_cast<uint32_t>(key.size() - kStoreBytes));
  scratch.clear();
  scratch.append(key.substr(0, kStoreBytes));
  scratch.append(as_text(bytes));
  scratch.append(key.substr(kStoreBytes));
  scratch.append(value);
  return xxh3_128(as_bytes(scratch));
}

void append_store(std::string& to, TopicId store) {
  uint32_t number = store.value();
  for (int shift = 24; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

std::string entry_key(TopicId store, std::string_view key) {
  std::string entry;
  entry.reserve(kStoreBytes + key.size());
  append_store(entry, store);
  entry.append(key);
  return entry;
}

TopicId store_of(std::string_view entry_key) {
  CHECK(entry_key.size() >= kStoreBytes);
  uint32_t number = 0;
  for (size_t i = 0; i < kStoreBytes; ++i)
    number = number << 8 | static_cast<unsigned char>(entry_key[i]);
  return TopicId(number);
}

std::string end_of_store(TopicId store) { return entry_key(TopicId(store.value() + 1), ""); }

}  // namespace usher::state

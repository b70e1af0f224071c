#include "tools/audit/seats/entries.h"

#include <array>
#include <cstring>

namespace usher::audit {
namespace {

// An entry begins with the lengths of key and value.
constexpr size_t kLengths = 2 * sizeof(uint32_t);

uint32_t length_at(const std::string& bytes, size_t at) {
  uint32_t length = 0;
  std::memcpy(&length, bytes.data() + at, sizeof length);
  return length;
}

}  // namespace

std::string_view Entries::Leaf::key(size_t i) const {
  return std::string_view(bytes).substr(at[i] + kLengths, length_at(bytes, at[i]));
}

std::string_view Entries::Leaf::value(size_t i) const {
  return std::string_view(bytes).substr(at[i] + kLengths + length_at(bytes, at[i]),
                                        length_at(bytes, at[i] + sizeof(uint32_t)));
}

size_t Entries::Leaf::lower_bound(std::string_view wanted) const {
  size_t low = 0, high = at.size();
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (key(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// What stands at at[i], `old_bytes` of it, becomes this entry.
void Entries::Leaf::replace(size_t i, size_t old_bytes, std::string_view key,
                            std::string_view value) {
  std::array<uint32_t, 2> lengths = {static_cast<uint32_t>(key.size()),
                                     static_cast<uint32_t>(value.size())};
  size_t new_bytes = kLengths + key.size() + value.size();
  size_t begin = at[i];
  if (new_bytes > old_bytes)
    bytes.insert(begin, new_bytes - old_bytes, '\0');
  else
    bytes.erase(begin, old_bytes - new_bytes);
  for (size_t later = i + 1; later < at.size(); ++later)
    at[later] += static_cast<uint32_t>(new_bytes - old_bytes);
  char* to = bytes.data() + begin;
  std::memcpy(to, lengths.data(), kLengths);
  if (!key.empty()) std::memcpy(to + kLengths, key.data(), key.size());
  if (!value.empty()) std::memcpy(to + kLengths + key.size(), value.data(), value.size());
}

Entries::Leaves::const_iterator Entries::find(std::string_view key) const {
  auto leaf = leaves_.upper_bound(key);
  return leaf == leaves_.begin() ? leaf : std::prev(leaf);
}

std::optional<std::string_view> Entries::get(std::string_view key) const {
  if (leaves_.empty()) return std::nullopt;
  const Leaf& leaf = find(key)->second;
  size_t i = leaf.lower_bound(key);
  if (i == leaf.at.size() || leaf.key(i) != key) return std::nullopt;
  return leaf.value(i);
}

void Entries::put(std::string_view key, std::string_view value) {
  if (leaves_.empty()) leaves_.emplace();
  auto found = leaves_.upper_bound(key);
  if (found != leaves_.begin()) --found;
  Leaf& leaf = found->second;
  size_t i = leaf.lower_bound(key);
  size_t old_bytes = 0;
  if (i < leaf.at.size() && leaf.key(i) == key) {
    old_bytes = leaf.end(i) - leaf.at[i];
  } else {
    auto begin = static_cast<uint32_t>(i < leaf.at.size() ? leaf.at[i] : leaf.bytes.size());
    leaf.at.insert(leaf.at.begin() + static_cast<ptrdiff_t>(i), begin);
    ++size_;
  }
  leaf.replace(i, old_bytes, key, value);
  if (leaf.bytes.size() > kLeafBytes && leaf.at.size() > 1) split(found, i + 1 == leaf.at.size());
}

// Keys that come in their order fill their leaves.
void Entries::split(Leaves::iterator leaf, bool at_the_end) {
  Leaf& left = leaf->second;
  size_t from = at_the_end ? left.at.size() - 1 : left.at.size() / 2;
  size_t cut = left.at[from];
  Leaf right;
  right.bytes = left.bytes.substr(cut);
  for (size_t i = from; i < left.at.size(); ++i)
    right.at.push_back(left.at[i] - static_cast<uint32_t>(cut));
  left.bytes.resize(cut);
  left.bytes.shrink_to_fit();
  left.at.resize(from);
  left.at.shrink_to_fit();
  std::string first(right.key(0));
  leaves_.emplace_hint(std::next(leaf), std::move(first), std::move(right));
}

bool Entries::erase(std::string_view key) {
  auto found = leaves_.upper_bound(key);
  if (found == leaves_.begin()) {
    if (leaves_.empty()) return false;
  } else {
    --found;
  }
  Leaf& leaf = found->second;
  size_t i = leaf.lower_bound(key);
  if (i == leaf.at.size() || leaf.key(i) != key) return false;
  size_t bytes = leaf.end(i) - leaf.at[i];
  leaf.bytes.erase(leaf.at[i], bytes);
  leaf.at.erase(leaf.at.begin() + static_cast<ptrdiff_t>(i));
  for (size_t later = i; later < leaf.at.size(); ++later)
    leaf.at[later] -= static_cast<uint32_t>(bytes);
  if (leaf.at.empty()) leaves_.erase(found);
  --size_;
  return true;
}

}  // namespace usher::audit

#include "tools/audit/seats/task_maps.h"

#include "proto/base/little_endian.h"

namespace usher::audit {

Digest plus(const Digest& a, const Digest& b) {
  uint64_t low = a.low + b.low;
  return {.low = low, .high = a.high + b.high + (low < a.low ? 1 : 0)};
}

Digest minus(const Digest& a, const Digest& b) {
  return {.low = a.low - b.low, .high = a.high - b.high - (a.low < b.low ? 1 : 0)};
}

Digest entry_digest(TopicId changelog, std::string_view key, std::string_view value,
                    std::string& scratch) {
  uint32_t number = changelog.value();
  scratch.clear();
  for (int shift = 24; shift >= 0; shift -= 8)
    scratch.push_back(static_cast<char>(number >> shift));
  std::byte length[4];
  store_le(length, static_cast<uint32_t>(key.size()));
  scratch.append(as_text(length)).append(key).append(value);
  return xxh3_128(as_bytes(scratch));
}

const Entries& TaskMaps::of(TopicId changelog) const {
  static const Entries kNone;
  auto found = entries_.find(changelog);
  return found == entries_.end() ? kNone : found->second;
}

void TaskMaps::change(TopicId changelog, std::string_view key,
                      std::optional<std::string_view> value) {
  Entries& entries = entries_[changelog];
  auto before = entries.get(key);
  if (!before && !value) return;
  EntryName name(changelog, key);
  auto known = changes_.lower_bound(name);
  if (known == changes_.end() || known->first != name) {
    std::optional<std::string> kept;
    if (before) kept.emplace(*before);
    changes_.emplace_hint(known, std::move(name), std::move(kept));
  }
  if (value)
    entries.put(key, *value);
  else
    entries.erase(key);
}

Digest TaskMaps::close() {
  for (const auto& [name, before] : changes_) {
    const auto& [changelog, key] = name;
    if (before) digest_ = minus(digest_, entry_digest(changelog, key, *before, scratch_));
    if (auto after = get(changelog, key))
      digest_ = plus(digest_, entry_digest(changelog, key, *after, scratch_));
  }
  changes_.clear();
  return digest_;
}

}  // namespace usher::audit

#include "processors/state/overlay.h"

#include <algorithm>

#include "processors/state/digest.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::state {
namespace {

// A record's own bytes besides key and value (docs/formats/batch.md).
constexpr size_t kRecordFixedBytes = 12;

size_t bytes_of(const std::optional<std::string>& value) { return value ? value->size() : 0; }

}  // namespace

std::optional<std::string_view> Overlay::newest(const Versions& versions) {
  const auto& value = versions.back().value;
  if (!value) return std::nullopt;
  return std::string_view(*value);
}

Result<std::optional<std::string>> Overlay::get(std::string_view key) const {
  auto found = entries_.find(key);
  if (found == entries_.end()) return below_.get(key);
  return found->second.back().value;
}

// --- in order ---

Overlay::Order& Overlay::order_of(std::string_view store) {
  auto [found, is_new] = orders_.try_emplace(std::string(store));
  if (is_new)
    for (const Entry& entry : entries_)
      if (entry.first.starts_with(store)) found->second.emplace(entry.first, &entry);
  return found->second;
}

Overlay::Order* Overlay::order_with(std::string_view key) {
  if (orders_.empty()) return nullptr;
  auto found = orders_.find(key.substr(0, kStoreBytes));
  return found == orders_.end() ? nullptr : &found->second;
}

// Two ordered sequences merged; where both have a key, the one above counts.
Result<void> Overlay::scan(std::string_view from, std::string_view to, const Visit& visit) {
  const Order& above = order_of(from.substr(0, kStoreBytes));
  auto at = above.lower_bound(from);
  bool go_on = true;
  auto visit_above = [&] {
    if (auto value = newest(at->second->second)) go_on = visit(at->first, *value);
    ++at;
  };
  auto is_before = [&](std::string_view key) { return at != above.end() && at->first < key; };
  TRY(below_.scan(from, to, [&](std::string_view key, std::string_view value) {
    while (go_on && is_before(key)) visit_above();
    if (!go_on) return false;
    if (at != above.end() && at->first == key)
      visit_above();
    else
      go_on = visit(key, value);
    return go_on;
  }));
  while (go_on && is_before(to)) visit_above();
  return {};
}

// --- entries ---

Overlay::Entry& Overlay::make(std::string_view key) {
  Entry* made = nullptr;
  if (spare_.empty()) {
    made = &*entries_.try_emplace(std::string(key)).first;
  } else {
    spare_.back().key().assign(key);
    made = &*entries_.insert(std::move(spare_.back())).position;
    spare_.pop_back();
  }
  if (Order* order = order_with(key)) order->emplace(made->first, made);
  return *made;
}

void Overlay::remove(const Entry& entry) {
  if (Order* order = order_with(entry.first)) order->erase(entry.first);
  auto node = entries_.extract(entries_.find(entry.first));
  if (spare_.size() >= limits::kTaskSpareEntries ||
      node.key().capacity() > limits::kTaskSpareKeyBytes)
    return;
  node.mapped().clear();
  spare_.push_back(std::move(node));
}

void Overlay::change(std::string_view key, std::optional<std::string_view> value) {
  std::optional<std::string> kept;
  if (value) kept.emplace(*value);
  auto found = entries_.find(key);
  Entry& entry = found == entries_.end() ? make(key) : *found;
  Versions& versions = entry.second;
  open_bytes_ += bytes_of(kept);
  if (!versions.empty() && versions.back().step == open_.number) {
    open_bytes_ -= bytes_of(versions.back().value);
    undo_.push_back({&entry, std::exchange(versions.back().value, std::move(kept))});
    return;
  }
  open_bytes_ += kRecordFixedBytes + key.size();
  versions.push_back({open_.number, std::move(kept)});
  open_.entries.push_back(&entry);
  undo_.push_back({&entry, std::nullopt});
}

void Overlay::rollback(size_t mark) {
  CHECK(mark <= undo_.size());
  for (; undo_.size() > mark; undo_.pop_back()) {
    auto& [entry, before] = undo_.back();
    open_bytes_ -= bytes_of(entry->second.back().value);
    if (before) {
      open_bytes_ += bytes_of(*before);
      entry->second.back().value = std::move(*before);
      continue;
    }
    CHECK(open_.entries.back() == entry, "undone in the order in which it was done");
    open_.entries.pop_back();
    open_bytes_ -= kRecordFixedBytes + entry->first.size();
    entry->second.pop_back();
    if (entry->second.empty()) remove(*entry);
  }
}

std::vector<Change> Overlay::changes() const {
  std::vector<Change> changes;
  changes.reserve(open_.entries.size());
  for (const Entry* entry : open_.entries) changes.push_back({entry->first, newest(entry->second)});
  std::ranges::sort(changes, {}, &Change::key);
  return changes;
}

void Overlay::seal() {
  uint64_t number = open_.number;
  sealed_.push_back(std::exchange(open_, Step{.number = number + 1, .entries = {}}));
  undo_.clear();
  open_bytes_ = 0;
}

std::vector<std::string> Overlay::oldest_keys(size_t count) const {
  CHECK(count <= sealed_.size());
  std::vector<std::string> keys;
  for (size_t i = 0; i < count; ++i)
    for (const Entry* entry : sealed_[i].entries) keys.push_back(entry->first);
  return keys;
}

// In the order of keys, each once: what is sorted costs a store a fraction of what is not.
Result<void> Overlay::commit(size_t count, const Stamp& stamp) {
  CHECK(count > 0 && count <= sealed_.size());
  uint64_t last = sealed_[count - 1].number;
  std::vector<Change> changes;
  for (size_t i = 0; i < count; ++i)
    for (const Entry* entry : sealed_[i].entries) {
      auto behind = std::ranges::upper_bound(entry->second, last, {}, &Version::step);
      const Version& version = *std::prev(behind);
      if (version.step == sealed_[i].number) changes.push_back({entry->first, version.value});
    }
  std::ranges::sort(changes, {}, &Change::key);
  TRY(below_.write(changes, stamp));
  for (; count > 0; --count, sealed_.pop_front())
    for (Entry* entry : sealed_.front().entries) {
      CHECK(entry->second.front().step == sealed_.front().number, "the oldest goes first");
      entry->second.erase(entry->second.begin());
      if (entry->second.empty()) remove(*entry);
    }
  return {};
}

void Overlay::drop() {
  orders_.clear();
  entries_.clear();
  sealed_.clear();
  open_.entries.clear();
  undo_.clear();
  open_bytes_ = 0;
}

}  // namespace usher::state

#include "processors/state/overlay.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::state {
namespace {

// A record's own bytes besides key and value (docs/formats/batch.md).
constexpr size_t kRecordFixedBytes = 12;

size_t bytes_of(const std::optional<std::string>& value) { return value ? value->size() : 0; }

}  // namespace

std::optional<std::string_view> Overlay::newest(const std::vector<Version>& versions) {
  const auto& value = versions.back().value;
  if (!value) return std::nullopt;
  return std::string_view(*value);
}

Result<std::optional<std::string>> Overlay::get(std::string_view key) const {
  auto found = entries_.find(key);
  if (found == entries_.end()) return below_.get(key);
  return found->second.back().value;
}

// Two ordered sequences merged; where both have a key, the one above counts.
Result<void> Overlay::scan(std::string_view from, std::string_view to, const Visit& visit) const {
  auto at = entries_.lower_bound(from);
  bool go_on = true;
  auto visit_above = [&] {
    if (auto value = newest(at->second)) go_on = visit(at->first, *value);
    ++at;
  };
  auto is_before = [&](std::string_view key) { return at != entries_.end() && at->first < key; };
  TRY(below_.scan(from, to, [&](std::string_view key, std::string_view value) {
    while (go_on && is_before(key)) visit_above();
    if (!go_on) return false;
    if (at != entries_.end() && at->first == key)
      visit_above();
    else
      go_on = visit(key, value);
    return go_on;
  }));
  while (go_on && is_before(to)) visit_above();
  return {};
}

void Overlay::change(std::string_view key, std::optional<std::string_view> value) {
  std::optional<std::string> kept;
  if (value) kept.emplace(*value);
  auto at = entries_.lower_bound(key);
  if (at == entries_.end() || at->first != key)
    at = entries_.emplace_hint(at, std::string(key), std::vector<Version>());
  std::vector<Version>& versions = at->second;
  open_bytes_ += bytes_of(kept);
  if (!versions.empty() && versions.back().step == open_.number) {
    open_bytes_ -= bytes_of(versions.back().value);
    undo_.push_back({at, std::exchange(versions.back().value, std::move(kept))});
    return;
  }
  open_bytes_ += kRecordFixedBytes + key.size();
  versions.push_back({open_.number, std::move(kept)});
  open_.entries.push_back(at);
  undo_.push_back({at, std::nullopt});
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
    if (entry->second.empty()) entries_.erase(entry);
  }
}

std::vector<Change> Overlay::changes() const {
  std::vector<Change> changes;
  changes.reserve(open_.entries.size());
  for (auto entry : open_.entries) changes.push_back({entry->first, newest(entry->second)});
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
    for (auto entry : sealed_[i].entries) keys.push_back(entry->first);
  return keys;
}

// In the order of keys, each once: what is sorted costs a store a fraction of what is not.
Result<void> Overlay::commit(size_t count, const Stamp& stamp) {
  CHECK(count <= sealed_.size());
  std::vector<Change> changes;
  for (size_t i = count; i-- > 0;)
    for (auto entry : sealed_[i].entries) {
      auto version = std::ranges::find(entry->second, sealed_[i].number, &Version::step);
      changes.push_back({entry->first, version->value});
    }
  // The newest of a key came first.
  std::ranges::stable_sort(changes, {}, &Change::key);
  auto older = std::ranges::unique(changes, {}, &Change::key);
  changes.erase(older.begin(), older.end());
  TRY(below_.write(changes, stamp));
  for (; count > 0; --count, sealed_.pop_front())
    for (auto entry : sealed_.front().entries) {
      CHECK(entry->second.front().step == sealed_.front().number, "the oldest goes first");
      entry->second.erase(entry->second.begin());
      if (entry->second.empty()) entries_.erase(entry);
    }
  return {};
}

void Overlay::drop() {
  entries_.clear();
  sealed_.clear();
  open_.entries.clear();
  undo_.clear();
  open_bytes_ = 0;
}

}  // namespace usher::state

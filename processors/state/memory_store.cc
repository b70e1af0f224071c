#include "processors/state/memory_store.h"

namespace usher::state {

class MemoryStore::Copy final : public Snapshot {
 public:
  Copy(EntryMap entries, const Stamp& stamp) : entries_(std::move(entries)), stamp_(stamp) {}
  const Stamp& stamp() const override { return stamp_; }
  Result<bool> next(size_t count, const Visit& visit) override {
    for (; count > 0 && at_ != entries_.end(); --count, ++at_)
      if (!visit(at_->first, at_->second)) return false;
    return at_ != entries_.end();
  }

 private:
  const EntryMap entries_;
  Stamp stamp_;
  EntryMap::const_iterator at_ = entries_.begin();
};

Result<std::optional<std::string>> MemoryStore::get(std::string_view key) const {
  auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  return found->second;
}

Result<void> MemoryStore::scan(std::string_view from, std::string_view to,
                               const Visit& visit) const {
  for (auto at = entries_.lower_bound(from); at != entries_.end() && at->first < to; ++at)
    if (!visit(at->first, at->second)) break;
  return {};
}

Result<void> MemoryStore::write(std::span<const Change> changes, const Stamp& stamp) {
  for (const Change& change : changes) {
    auto at = entries_.lower_bound(change.key);
    bool found = at != entries_.end() && at->first == change.key;
    if (!change.value) {
      if (found) entries_.erase(at);
    } else if (found) {
      at->second = *change.value;
    } else {
      entries_.emplace_hint(at, std::string(change.key), std::string(*change.value));
    }
  }
  stamp_ = stamp;
  return {};
}

std::unique_ptr<Snapshot> MemoryStore::snapshot() const {
  return std::make_unique<Copy>(entries_, stamp_);
}

Result<void> MemoryStore::wipe() {
  entries_.clear();
  stamp_ = Stamp();
  return {};
}

}  // namespace usher::state

#include "processors/state/cached_store.h"

#include <functional>

#include "proto/base/limits.h"

namespace usher::state {

CachedStore::CachedStore(CommittedStore& below)
    : below_(below), slots_(limits::kTaskCacheEntries) {}

CachedStore::Slot& CachedStore::slot_of(std::string_view key) const {
  return slots_[std::hash<std::string_view>()(key) % slots_.size()];
}

Result<std::optional<std::string>> CachedStore::get(std::string_view key) const {
  Slot& slot = slot_of(key);
  if (!slot.key.empty() && slot.key == key) return slot.value;
  TRY_ASSIGN(std::optional<std::string> value, below_.get(key));
  if (value && value->size() <= limits::kTaskCacheValueBytes) {
    slot.key.assign(key);
    slot.value.assign(*value);
  }
  return value;
}

Result<void> CachedStore::scan(std::string_view from, std::string_view to,
                               const Visit& visit) const {
  return below_.scan(from, to, visit);
}

Result<void> CachedStore::write(std::span<const Change> changes, const Stamp& stamp) {
  if (auto written = below_.write(changes, stamp); !written) {
    // What it holds now is not known.
    forget();
    return written;
  }
  for (const Change& change : changes) {
    Slot& slot = slot_of(change.key);
    if (slot.key != change.key) continue;
    if (change.value && change.value->size() <= limits::kTaskCacheValueBytes)
      slot.value.assign(*change.value);
    else
      slot.key.clear();
  }
  return {};
}

Result<void> CachedStore::wipe() {
  forget();
  return below_.wipe();
}

void CachedStore::forget() {
  for (Slot& slot : slots_) slot.key.clear();
}

}  // namespace usher::state

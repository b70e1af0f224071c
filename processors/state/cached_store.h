// A committed store behind what was read from it lately: the few entries that a task reads for
// every input (an event, the sections in demand) cost no look-up in the store. Bounded: a key has
// one slot, which the next key of the slot takes over. On the task's thread.
//
//     get ─→ slot of the key ─ the same key: its value
//                            └ another, or none ─→ the store below ─→ the slot
//     write ─→ the store below, then the slots that hold what it changed
#pragma once

#include <vector>

#include "processors/state/committed_store.h"

namespace usher::state {

class CachedStore final : public CommittedStore {
 public:
  // It outlives this, and nobody else writes to it.
  explicit CachedStore(CommittedStore& below);
  CachedStore(const CachedStore&) = delete;
  CachedStore& operator=(const CachedStore&) = delete;

  Result<std::optional<std::string>> get(std::string_view key) const override;
  Result<void> scan(std::string_view from, std::string_view to, const Visit& visit) const override;
  Result<void> write(std::span<const Change> changes, const Stamp& stamp) override;
  const Stamp& stamp() const override { return below_.stamp(); }
  std::unique_ptr<Snapshot> snapshot() const override { return below_.snapshot(); }
  Result<void> wipe() override;
  uint64_t unsaved() const override { return below_.unsaved(); }
  void save() override { below_.save(); }

 private:
  struct Slot {
    std::string key;  // empty: of no entry
    std::string value;
  };
  Slot& slot_of(std::string_view key) const;
  void forget();

  CommittedStore& below_;
  mutable std::vector<Slot> slots_;
};

}  // namespace usher::state

// A committed store in memory: for tests, the simulator, and apps whose state is small enough to be
// read from the changelog at every start.
#pragma once

#include <map>

#include "processors/state/committed_store.h"

namespace usher::state {

class MemoryStore : public CommittedStore {
 public:
  Result<std::optional<std::string>> get(std::string_view key) const override;
  Result<void> scan(std::string_view from, std::string_view to, const Visit& visit) const override;
  Result<void> write(std::span<const Change> changes, const Stamp& stamp) override;
  const Stamp& stamp() const override { return stamp_; }
  std::unique_ptr<Snapshot> snapshot() const override;
  Result<void> wipe() override;

  size_t size() const { return entries_.size(); }

 private:
  using EntryMap = std::map<std::string, std::string, std::less<>>;
  class Copy;

  EntryMap entries_;
  Stamp stamp_;
};

}  // namespace usher::state

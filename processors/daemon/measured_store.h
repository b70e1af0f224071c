// A committed store that says how long its writes take, and otherwise is the one behind it.
#pragma once

#include <functional>
#include <memory>

#include "processors/state/committed_store.h"
#include "proto/base/clock.h"

namespace usher::processors {

class MeasuredStore final : public state::CommittedStore {
 public:
  using Measure = std::function<void(Duration)>;
  // The clock outlives it.
  MeasuredStore(std::unique_ptr<state::CommittedStore> store, const Clock& clock, Measure measure)
      : store_(std::move(store)), clock_(clock), measure_(std::move(measure)) {}

  Result<std::optional<std::string>> get(std::string_view key) const override {
    return store_->get(key);
  }
  Result<void> scan(std::string_view from, std::string_view to,
                    const state::Visit& visit) const override {
    return store_->scan(from, to, visit);
  }
  Result<void> write(std::span<const state::Change> changes, const state::Stamp& stamp) override {
    MonotonicTime begun = clock_.monotonic();
    auto written = store_->write(changes, stamp);
    measure_(clock_.monotonic() - begun);
    return written;
  }
  const state::Stamp& stamp() const override { return store_->stamp(); }
  std::unique_ptr<state::Snapshot> snapshot() const override { return store_->snapshot(); }
  Result<void> wipe() override { return store_->wipe(); }
  uint64_t unsaved() const override { return store_->unsaved(); }
  void save() override { store_->save(); }

 private:
  std::unique_ptr<state::CommittedStore> store_;
  const Clock& clock_;
  Measure measure_;
};

}  // namespace usher::processors

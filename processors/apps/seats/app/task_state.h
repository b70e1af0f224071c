// The stores of a task, as decide sees them.
#pragma once

#include <string>
#include <vector>

#include "processors/apps/seats/state.h"
#include "processors/context.h"

namespace usher::seats {

class TaskState final : public State {
 public:
  explicit TaskState(const processors::Context& context);

  std::optional<std::string_view> get(Store store, std::string_view key) const override;
  void scan(Store store, std::string_view prefix, std::string_view from,
            const Visit& visit) const override;
  state::Store& store(Store store) { return stores_[static_cast<size_t>(store)]; }

 private:
  std::vector<state::Store> stores_;  // in the order of Store: those of this app
  mutable std::string got_;
};

}  // namespace usher::seats

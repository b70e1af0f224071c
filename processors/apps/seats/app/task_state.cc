#include "processors/apps/seats/app/task_state.h"

#include <algorithm>

#include "proto/seats/topics.h"

namespace usher::seats {

TaskState::TaskState(const processors::Context& context) {
  for (size_t i = 0; i < kChangelogNames.size(); ++i)
    stores_.push_back(context.store(kStoreNames[i]));
}

std::optional<std::string_view> TaskState::get(Store store, std::string_view key) const {
  auto value = stores_[static_cast<size_t>(store)].get(key);
  if (!value) return std::nullopt;
  got_ = std::move(*value);
  return got_;
}

void TaskState::scan(Store store, std::string_view prefix, std::string_view from,
                     const Visit& visit) const {
  stores_[static_cast<size_t>(store)].range(std::max(prefix, from), "",
                                            [&](std::string_view key, std::string_view value) {
                                              return key.starts_with(prefix) && visit(key, value);
                                            });
}

}  // namespace usher::seats

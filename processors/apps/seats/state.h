// What decide sees of a task's state: read-only, by store and key. The task's overlay, the audit's
// map and the tests' stand behind it. The keys are those of proto/seats/names.h.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "proto/seats/names.h"

namespace usher::seats {

class State {
 public:
  virtual ~State() = default;

  // The bytes live until the next call.
  virtual std::optional<std::string_view> get(Store store, std::string_view key) const = 0;
  // The entries whose key begins with `prefix` and is not below `from`, in the order of the keys'
  // bytes, until `visit` says false. It calls nothing of the state.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual void scan(Store store, std::string_view prefix, std::string_view from,
                    const Visit& visit) const = 0;

 protected:
  State() = default;
  State(const State&) = default;
  State& operator=(const State&) = default;
};

}  // namespace usher::seats

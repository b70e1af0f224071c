// A store as a processor sees it: ordered keys and values of one task, as they are after everything
// that the task has done so far, committed or not. What is put or erased goes into the step's
// changelog by itself. A small value: copy it freely; it lives as long as its task.
#pragma once

#include "processors/state/task_state.h"

namespace usher::state {

class Store {
 public:
  Store(TaskState& state, TopicId changelog) : state_(&state), changelog_(changelog) {}

  std::optional<std::string> get(std::string_view key) const {
    return state_->get(changelog_, key);
  }
  void put(std::string_view key, std::string_view value) { state_->put(changelog_, key, value); }
  void erase(std::string_view key) { state_->erase(changelog_, key); }
  // Keys in [from, to) in the order of their bytes; an empty `to` is the end. The store may be
  // changed meanwhile; what is changed behind the place of the scan is seen or not.
  void range(std::string_view from, std::string_view to, const Visit& visit) const {
    state_->scan(changelog_, from, to, visit);
  }
  void prefix(std::string_view prefix, const Visit& visit) const;

 private:
  TaskState* state_;
  TopicId changelog_;
};

}  // namespace usher::state

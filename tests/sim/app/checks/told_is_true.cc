#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {
namespace {

// Every value that a store has had, and after which steps.
class StoreHistory {
 public:
  void take(const wire::Batch& batch) {
    const wire::StepGuard* step = step_of(batch);
    if (!step) return;
    for (const ReadRecord& record : records_of(batch))
      changes_[{record.topic, record.key}].push_back(
          {ends_.size(), record.erases ? "" : record.value});
    ends_.push_back(step->to);
  }

  // Several steps may end at one place: those that only fire timers.
  bool was(const Told& told) const {
    auto after = std::ranges::upper_bound(ends_, told.holds_for);
    if (after == ends_.begin()) return false;
    auto first = std::ranges::lower_bound(ends_, *(after - 1));
    auto found = changes_.find({told.store, told.key});
    if (found == changes_.end()) return false;
    std::string value;
    for (const auto& [step, changed] : found->second) {
      if (step >= static_cast<size_t>(after - ends_.begin())) break;
      // Until then it was what it had been.
      bool was_before = step > static_cast<size_t>(first - ends_.begin());
      if (was_before && value == told.value) return true;
      value = changed;
    }
    return value == told.value;
  }

 private:
  struct Change {
    size_t step;
    std::string value;
  };
  std::map<std::pair<TopicId, std::string>, std::vector<Change>> changes_;
  std::vector<Offset> ends_;  // what each step had consumed
};

}  // namespace

std::string told_is_true(const CommittedLog& log, const std::vector<Told>& all) {
  StoreHistory stores;
  for (const wire::Batch& batch : log) stores.take(batch);
  for (const Told& told : all)
    if (!stores.was(told))
      return fmt::format("queries: what was told of {} for offset {} is not what the log gives",
                         told.of, told.holds_for.value());
  return "";
}

}  // namespace usher::sim

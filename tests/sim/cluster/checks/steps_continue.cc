#include <fmt/format.h>

#include "broker/partition/derived_state.h"

#include "tests/sim/cluster/checks/checks.h"

namespace usher::clusters {
namespace {

// Goes through the log as a partition that judges every batch by all before it.
class Judge {
 public:
  std::string take(const wire::BatchHeader& batch) {
    std::string wrong;
    if (const auto* claim = std::get_if<wire::ClaimGuard>(&batch.guard())) wrong = check(*claim);
    if (const auto* step = std::get_if<wire::StepGuard>(&batch.guard())) wrong = check(*step);
    state_.apply(batch);
    terms_[batch.end_offset()] = batch.place().term;
    return wrong;
  }

 private:
  std::string check(const wire::ClaimGuard& claim) const {
    const partition::AppState* app = state_.app(claim.app);
    return app && claim.epoch <= app->claim.epoch ? "a claim of an old epoch" : "";
  }

  std::string check(const wire::StepGuard& step) const {
    const partition::AppState* app = state_.app(step.app);
    if (!app || step.epoch != app->claim.epoch) return "a step without its claim";
    if (step.number != app->next_number() || step.from != app->position)
      return "a step that does not continue";
    auto input = terms_.upper_bound(step.witness);
    if (input == terms_.end() || input->second != step.input_term)
      return "a step on what is not there";
    return {};
  }

  partition::DerivedState state_;
  std::map<Offset, Term> terms_;  // by the end of each batch
};

}  // namespace

std::string steps_continue(const sim::Log& log) {
  Judge judge;
  for (const wire::Batch& batch : log)
    if (std::string wrong = judge.take(batch.header()); !wrong.empty())
      return fmt::format("exactly once: {} at offset {}", wrong,
                         batch.header().place().base_offset.value());
  return {};
}

}  // namespace usher::clusters

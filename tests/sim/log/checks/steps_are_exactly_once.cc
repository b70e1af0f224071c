#include <fmt/format.h>

#include "broker/partition/derived_state.h"

#include "tests/sim/log/checks/checks.h"
#include "tests/sim/log/client.h"

namespace usher::sim {
namespace {

// Goes through the log as an owner would that does everything right.
class Reexecution {
 public:
  // What is wrong with the batch, if anything.
  std::string take(const wire::Batch& batch) {
    std::string wrong;
    const wire::BatchHeader& header = batch.header();
    if (const auto* claim = std::get_if<wire::ClaimGuard>(&header.guard())) wrong = check(*claim);
    if (const auto* step = std::get_if<wire::StepGuard>(&header.guard()))
      wrong = check(*step, batch);
    state_.apply(header);
    terms_[header.end_offset()] = header.place().term;
    for (ReadRecord& record : records_of(batch)) records_.push_back(std::move(record));
    return wrong;
  }

 private:
  std::string check(const wire::ClaimGuard& claim) const {
    const partition::AppState* app = state_.app(claim.app);
    return app && claim.epoch <= app->claim.epoch ? "one owner: a claim of an old epoch" : "";
  }

  std::string check(const wire::StepGuard& step, const wire::Batch& batch) const {
    const partition::AppState* app = state_.app(step.app);
    if (!app || step.epoch != app->claim.epoch) return "one owner: a step without its claim";
    if (step.number != app->next_number() || step.from != app->position)
      return "exactly once: a step that does not continue";
    auto input = terms_.upper_bound(step.witness);
    if (input == terms_.end() || input->second != step.input_term)
      return "exactly once: a step on what is not there";
    InputsHash inputs;
    for (uint64_t at = step.from.value(); at < step.to.value(); ++at) inputs.add(records_[at]);
    std::string output = records_of(batch).back().value;
    if (step.from < step.to && !output.starts_with(inputs.text() + " by"))
      return fmt::format("re-execution: {} from inputs that give {}", output, inputs.text());
    return {};
  }

  partition::DerivedState state_;
  std::map<Offset, Term> terms_;  // by the end of each batch
  std::vector<ReadRecord> records_;
};

}  // namespace

std::string steps_are_exactly_once(const Log& log) {
  Reexecution execution;
  for (const wire::Batch& batch : log)
    if (std::string wrong = execution.take(batch); !wrong.empty())
      return fmt::format("{} (at offset {})", wrong, batch.header().place().base_offset.value());
  return {};
}

}  // namespace usher::sim

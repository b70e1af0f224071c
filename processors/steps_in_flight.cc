#include "processors/steps_in_flight.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::processors {

StepsInFlight::StepsInFlight(Scheduler& scheduler, PartitionLog& log, Events events)
    : scheduler_(scheduler), log_(log), events_(std::move(events)), delay_(limits::kTaskRetryMin) {}

StepsInFlight::~StepsInFlight() {
  if (resend_) scheduler_.cancel(*resend_);
}

void StepsInFlight::add(wire::StepGuard guard, FinishedStep step) {
  CHECK(steps_.size() < limits::kStepReceipts, "no more than the partition keeps receipts of");
  CHECK(steps_.empty() || steps_.back().guard.number.next() == guard.number, "numbers are dense");
  steps_.push_back(
      {.guard = guard, .batch = std::move(step.batch), .effects = std::move(step.effects)});
  // Behind one that waits to be sent again it would only be too early.
  if (!resend_) send(steps_.back());
}

void StepsInFlight::send(Step& step) {
  step.sent = true;
  log_.append(step.batch, life_.wrap([this, number = step.guard.number](Result<Receipt> result) {
    answered(number, std::move(result));
  }));
}

StepsInFlight::Step* StepsInFlight::find(StepNumber number) {
  if (steps_.empty() || number < steps_.front().guard.number) return nullptr;
  uint64_t at = number - steps_.front().guard.number;
  return at < steps_.size() ? &steps_[at] : nullptr;
}

void StepsInFlight::answered(StepNumber number, Result<Receipt> result) {
  Step* step = find(number);
  if (!step || step->receipt) return;
  if (!result) {
    step->sent = false;
    Remedy remedy = remedy_for(result.error());
    if (remedy == Remedy::kResend) return resend_later();
    return events_.refused(result.error(), remedy);
  }
  step->receipt = *result;
  delay_ = limits::kTaskRetryMin;
  if (steps_.front().receipt) tell_soon();
}

void StepsInFlight::tell_soon() {
  if (telling_) return;
  telling_ = true;
  scheduler_.post(life_.wrap([this] {
    telling_ = false;
    tell();
  }));
}

void StepsInFlight::tell() {
  std::vector<Step> committed;
  for (; !steps_.empty() && steps_.front().receipt; steps_.pop_front())
    committed.push_back(std::move(steps_.front()));
  events_.committed(std::move(committed));
}

void StepsInFlight::resend_later() {
  if (resend_) return;
  resend_ = scheduler_.after(delay_, [this] {
    resend_.reset();
    send_unsent();
  });
  delay_ = std::min(2 * delay_, limits::kTaskRetryMax);
}

void StepsInFlight::send_unsent() {
  for (Step& step : steps_)
    if (!step.sent) send(step);
}

void StepsInFlight::drop() {
  life_.cut();
  if (resend_) scheduler_.cancel(*resend_);
  resend_.reset();
  steps_.clear();
  telling_ = false;
  delay_ = limits::kTaskRetryMin;
}

}  // namespace usher::processors

#include "broker/server/system_log.h"

#include "broker/server/reading.h"

namespace usher::server {
namespace {

constexpr uint64_t kReadBytes = 1 * limits::kMiB;

}  // namespace

void SystemLog::feed(controller::Controller& controller) {
  controller_ = &controller;
  read_on();
}

void SystemLog::read_on() {
  auto answered = [this, alive = alive_](Result<partition::FetchAnswer> answer) {
    if (!*alive) return;
    if (!answer) return read_again(answer.error());
    is_unreadable_ = false;
    for (const wire::Batch& batch : answer->batches)
      if (auto taken = controller_->take(batch); !taken)
        return log_.error("`_system` holds what this version does not know; upgrade this broker",
                          {{"why", taken.error().text()}});
    Offset reached = controller_->state().end();
    partition()->wait_above(reached, false, [this, still = alive_] {
      if (*still) read_on();
    });
  };
  read(*partition(),
       {.from = controller_->state().end(),
        .continues = {},
        .topics = {},
        .bytes_max = kReadBytes,
        .uncommitted = false},
       std::move(answered));
}

// What is damaged is being fetched from another broker.
void SystemLog::read_again(const Error& why) {
  if (!std::exchange(is_unreadable_, true))
    log_.error("`_system` cannot be read", {{"why", why.text()}});
  scheduler_.after(limits::kMendInterval, [this, alive = alive_] {
    if (*alive) read_on();
  });
}

bool SystemLog::leads() const {
  return partition() && partition()->node().standing().role == raft::Role::kLeader;
}

std::optional<Term> SystemLog::term_led() const {
  return leads() ? std::optional(partition()->node().term()) : std::nullopt;
}

Result<void> SystemLog::may_answer() const {
  partition::Partition* system = partition();
  if (!system) return fail(ErrorCode::NOT_FOUNDED, "the cluster's state is not open yet");
  if (!leads())
    return fail(about_leader({ErrorCode::NOT_LEADER, "no controller is known", {}}, *system));
  const raft::Node& node = system->node();
  // Its own first batch is committed and applied: so is everything that leaders before it did.
  bool settled = node.commit() > Offset(0) && node.log().term_before(node.commit()) == node.term();
  if (settled) return {};
  return fail(ErrorCode::LEADER_MOVING, "the controller has just been elected");
}

Result<void> SystemLog::may_decide() const {
  TRY(may_answer());
  if (controller_->state().end() == partition()->node().commit()) return {};
  return fail(ErrorCode::LEADER_MOVING, "the last decision is being applied");
}

void SystemLog::append(wire::Batch batch, Appended appended) {
  partition::Partition* system = partition();
  system->append(batch, [this, alive = alive_, appended = std::move(appended)](
                            Result<partition::Receipt> receipt) mutable {
    if (!*alive) return;
    if (receipt) return appended(receipt->end);
    appended(fail(about_leader(receipt.error(), *partition())));
  });
}

}  // namespace usher::server

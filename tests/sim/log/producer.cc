#include "tests/sim/log/producer.h"

#include <fmt/format.h>

namespace usher::sim {

Producer::Producer(Cluster& cluster, std::string name, bool idempotent, Duration patience,
                   Random random)
    : cluster_(cluster),
      client_(cluster.add_client()),
      name_(std::move(name)),
      idempotent_(idempotent),
      patience_(patience),
      random_(random) {
  id_ = {.made_at = cluster.world().clock().wall(), .random = random_.next()};
}

void Producer::next() {
  if (stopped_ || waiting_) return;
  ++cluster_.history().operations;
  value_ = fmt::format("{:.<{}}", fmt::format("{}-{}", name_, sent_++), value_bytes_);
  wire::Guard guard = wire::NoGuard{};
  if (idempotent_) {
    guard = wire::ProducerGuard{.producer = id_, .sequence = sequence_};
    cluster_.history().by_producer[name_].push_back(value_);
  }
  batch_ = batch_of(guard, {{kInputs, value_}});
  waiting_ = true;
  send();
}

void Producer::send() {
  uint64_t attempt = ++attempt_;
  cluster_.append(client_, cluster_.ask_where(random_), *batch_,
                  [this, attempt, value = value_](Result<partition::Receipt> result) {
                    answered(attempt, value, std::move(result));
                  });
  cluster_.world().after(patience_, [this, attempt, value = value_] {
    answered(attempt, value, fail(ErrorCode::TIMED_OUT, ""));
  });
}

void Producer::answered(uint64_t attempt, const std::string& value,
                        Result<partition::Receipt> result) {
  // A late answer is true all the same.
  if (result) cluster_.history().acknowledged.emplace_back(value, *result);
  if (attempt != attempt_) return;
  ++attempt_;
  if (result) {
    cluster_.witness().trace(fmt::format("{} at {}", value, result->base.value()));
    ++sequence_;
  } else if (idempotent_) {
    cluster_.world().after(random_.between(1ms, 50ms), [this] { send(); });
    return;
  } else if (is_sure(result.error())) {
    cluster_.history().failed.insert(value);
  }
  waiting_ = false;
  cluster_.world().after(random_.between(1ms, 150ms), [this] { next(); });
}

}  // namespace usher::sim

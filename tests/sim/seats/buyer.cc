#include "tests/sim/seats/buyer.h"

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/seats/codec.h"
#include "proto/wire/batch_builder.h"

#include "tests/sim/seats/sale_space.h"

namespace usher::sim {
namespace {

constexpr Duration kPatience = 700ms;
constexpr Duration kLookFor = 3s;
constexpr size_t kKnown = 4;
// What is told later than this was forgotten.
constexpr Duration kToldWithin = 6s;

}  // namespace

Buyer::Buyer(Cluster& cluster, Daemons& daemons, Sightings& sightings, std::string name,
             bool idempotent, Random random)
    : cluster_(cluster),
      daemons_(daemons),
      sightings_(sightings),
      client_(cluster.add_client()),
      idempotent_(idempotent),
      random_(random),
      commands_(std::move(name), random.stream("commands")) {
  id_ = {.made_at = cluster.world().clock().wall(), .random = random_.next()};
}

void Buyer::resume() {
  if (!paused_) return;
  paused_ = false;
  next();
}

void Buyer::next() {
  if (paused_ || waiting_) return;
  sent_.clear();
  wire::BatchBuilder builder;
  for (uint64_t i = random_.chance(1, 4) ? 3 : 1; i > 0; --i) {
    if (!to_send_.empty()) {
      sent_.push_back(to_send_.front());
      to_send_.pop_front();
    } else {
      sent_.push_back(commands_.draw(cluster_.world().clock().wall()));
    }
    const Command& command = sent_.back();
    CHECK(
        builder
            .add(command.topic,
                 {.key = as_bytes(command.event), .value = as_bytes(command.value), .headers = {}})
            .has_value());
  }
  wire::Guard guard = wire::NoGuard{};
  if (idempotent_) guard = wire::ProducerGuard{.producer = id_, .sequence = sequence_};
  batch_ = builder.finish(guard);
  waiting_ = true;
  send();
}

void Buyer::send() {
  uint64_t attempt = ++attempt_;
  // Meanwhile he looks at what he knows to be there; what is on its way may change it, or not.
  for (const Command& command : known_)
    if (random_.chance(1, 4)) ask(command, Offset(0));
  cluster_.append(
      client_, cluster_.ask_where(random_), *batch_,
      [this, attempt](Result<partition::Receipt> result) { answered(attempt, std::move(result)); });
  cluster_.world().after(kPatience,
                         [this, attempt] { answered(attempt, fail(ErrorCode::TIMED_OUT, "")); });
}

void Buyer::answered(uint64_t attempt, Result<partition::Receipt> result) {
  if (attempt != attempt_) return;
  ++attempt_;
  if (!result) {
    cluster_.world().after(random_.between(1ms, 50ms), [this] { send(); });
    return;
  }
  ++sequence_;
  for (const Command& command : sent_) {
    cluster_.history().acknowledged.emplace_back(command.value, *result);
    ++sightings_.commands;
    if (!command.asks_for) continue;
    known_.push_back(command);
    if (known_.size() > kKnown) known_.pop_front();
    if (random_.chance(2, 3)) ask(command, result->end);
  }
  cluster_.witness().trace(fmt::format("{} commands at {}", sent_.size(), result->base.value()));
  waiting_ = false;
  cluster_.world().after(random_.between(1ms, 200ms), [this] { next(); });
}

void Buyer::ask(const Command& command, Offset behind) {
  // Mostly the owner, as whoever asks in a cluster finds him.
  size_t at = random_.below(daemons_.size());
  for (size_t i = 0; i < daemons_.size(); ++i)
    if (daemons_[i]->owns() && random_.chance(4, 5)) at = i;
  Daemon& daemon = *daemons_[at];
  if (!daemon.task()) return;
  processors::Query query{.store = topic_of(seats::Store::kReservations),
                          .key = command.asks_for->key()};
  query.wait_max = kLookFor;
  query.is_enough = [](const std::optional<std::string>& found) { return found.has_value(); };
  query.at_least = behind;
  MonotonicTime asked = cluster_.loop().now();
  daemon.task()->query(std::move(query),
                       [this, command, asked](Result<processors::QueryAnswer> answer) {
                         told(command, asked, std::move(answer));
                       });
}

void Buyer::told(const Command& command, MonotonicTime asked,
                 Result<processors::QueryAnswer> answer) {
  std::string id = command.asks_for->text();
  if (cluster_.loop().now() - asked > kToldWithin)
    cluster_.witness().violate(fmt::format("waiters: {} was answered late", id));
  if (!answer) return;
  if (!answer->value)
    return cluster_.witness().violate(
        fmt::format("queries: {} was taken, and is said not to be there, for {}", id,
                    answer->holds_for.value()));
  cluster_.witness().trace(fmt::format("{} told for {}", id, answer->holds_for.value()));
  sightings_.told.push_back({.store = topic_of(seats::Store::kReservations),
                             .key = command.asks_for->key(),
                             .of = id,
                             .holds_for = answer->holds_for,
                             .value = *answer->value});
  auto entry = seats::decode<seats::ReservationEntry>(*answer->value);
  if (!entry)
    return cluster_.witness().violate("queries: an entry that cannot be read: " +
                                      entry.error().text());
  if (entry->status == seats::Status::kConfirmed && random_.chance(1, 3))
    to_send_.push_back(commands_.settle(*command.asks_for, command.event));
}

}  // namespace usher::sim

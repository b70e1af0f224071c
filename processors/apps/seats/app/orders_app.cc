#include "processors/apps/seats/app/orders_app.h"

#include <optional>

#include "processors/apps/seats/app/decided.h"
#include "processors/apps/seats/decide.h"
#include "processors/apps/seats/orders.h"
#include "proto/base/check.h"
#include "proto/seats/topics.h"

namespace usher::seats {
namespace {

class OrdersState final : public State {
 public:
  explicit OrdersState(const processors::Context& context)
      : orders_(context.store(name_of(Store::kOrders))) {}

  std::optional<std::string_view> get(Store store, std::string_view key) const override {
    CHECK(store == Store::kOrders, "the view has one store");
    auto value = orders_.get(key);
    if (!value) return std::nullopt;
    got_ = std::move(*value);
    return got_;
  }
  void scan(Store, std::string_view prefix, std::string_view from,
            const Visit& visit) const override {
    orders_.range(std::max(prefix, from), "", [&](std::string_view key, std::string_view value) {
      return key.starts_with(prefix) && visit(key, value);
    });
  }
  state::Store& store(Store) { return orders_; }

 private:
  state::Store orders_;
  mutable std::string got_;
};

class KeepOrders final : public processors::Processor {
 public:
  void init(processors::Context& context) override { state_.emplace(context); }

  Result<void> process(const processors::Message& completed,
                       processors::Context& context) override {
    TRY_ASSIGN(Decision decision,
               note_order(*state_, Input{.topic = Topic::kReservationCompleted,
                                         .offset = context.origin().offset,
                                         .time = context.time(),
                                         .key = completed.key.value_or(""),
                                         .value = completed.value.value_or("")}));
    carry_out(decision, *state_, context);
    return {};
  }
  Result<void> on_timer(const processors::Timer& timer, processors::Context& context) override {
    const processors::TimerName& name = timer.name;
    TRY_ASSIGN(Decision decision,
               note_order(*state_, TimerName{name.deadline, name.key, name.number}));
    carry_out(decision, *state_, context);
    return {};
  }

 private:
  std::optional<OrdersState> state_;
};

}  // namespace

Result<std::shared_ptr<const processors::Topology>> orders_app(const processors::SpaceInfo& space) {
  std::string store(name_of(Store::kOrders));
  return processors::TopologyBuilder(std::string(kOrdersAppName), kDecisionVersion, space)
      .source("completed", std::string(kOrdersTopic))
      .processor("keep", processors::make<KeepOrders>(),
                 {.after = {"completed"}, .stores = {store}})
      .store(store, std::string(kOrdersChangelog))
      .timers(std::string(kOrdersTimersTopic))
      .dead_letters(std::string(kOrdersDeadLettersTopic))
      .build();
}

}  // namespace usher::seats

#include "tests/sim/money/bank_app.h"

#include <charconv>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/hash.h"

namespace usher::sim {
namespace {

using processors::Context;
using processors::Message;
using processors::Timer;

int64_t number_of(std::string_view text) {
  int64_t number = 0;
  auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  CHECK(wrong == std::errc() && end == text.data() + text.size());
  return number;
}

class Bank final : public processors::Processor {
 public:
  void init(Context& context) override {
    balances_.emplace(context.store("balances"));
    held_.emplace(context.store("held"));
  }

  Result<void> process(const Message& message, Context& context) override {
    std::string value(message.value.value_or(""));
    return context.origin().topic == kOrders ? order(value, context) : arrival(value, context);
  }

  Result<void> on_timer(const Timer& timer, Context& context) override {
    const std::string& name = timer.name.key;
    std::optional<std::string> passage = held_->get(name);
    if (!passage) return fail(ErrorCode::INVALID_ARGUMENT, "nothing is held under this name");
    held_->erase(name);
    context.forward_to("sent", {.key = name, .value = *passage});
    return {};
  }

 private:
  Result<void> order(const std::string& name, Context& context) {
    Order order = order_named(name);
    int64_t balance = balance_of(order.from);
    if (balance < order.amount) {
      context.forward_to("answers", {.key = name, .value = "too little"});
      return {};
    }
    put(order.from, balance - order.amount);
    held_->put(name, text_of({name, order.to, order.amount}));
    // Which must not have happened then.
    if (name.ends_with("13")) return fail(ErrorCode::INVALID_ARGUMENT, "an unlucky number");
    context.schedule({.deadline = context.time() + order.held_for, .key = name});
    context.forward_to("answers", {.key = name, .value = "held"});
    return {};
  }

  Result<void> arrival(const std::string& value, Context& context) {
    TRY_ASSIGN(Passage passage, passage_of(value));
    put(passage.to, balance_of(passage.to) + passage.amount);
    context.forward_to("answers", {.key = value, .value = "arrived"});
    return {};
  }

  int64_t balance_of(const std::string& account) const {
    auto kept = balances_->get(account);
    return kept ? number_of(*kept) : kFirstBalance;
  }
  void put(const std::string& account, int64_t balance) {
    balances_->put(account, std::to_string(balance));
  }

  std::optional<state::Store> balances_;
  std::optional<state::Store> held_;
};

}  // namespace

std::string account(int64_t number) { return fmt::format("acct{}", number); }

Order order_named(std::string_view name) {
  uint64_t hash = xxh3(as_bytes(name));
  auto draw = [&hash](uint64_t below) {
    uint64_t drawn = hash % below;
    hash /= below;
    return static_cast<int64_t>(drawn);
  };
  Order order;
  order.from = account(draw(kAccounts));
  order.to = account(draw(kAccounts));
  order.amount = 1 + draw(90);
  order.held_for = std::chrono::milliseconds(draw(800));
  return order;
}

std::string text_of(const Passage& passage) {
  return fmt::format("{} to {}: {}", passage.order, passage.to, passage.amount);
}

Result<Passage> passage_of(std::string_view text) {
  size_t to = text.find(" to ");
  size_t amount = text.find(": ");
  if (to == std::string_view::npos || amount == std::string_view::npos || amount < to)
    return fail(ErrorCode::INVALID_ARGUMENT, "no passage");
  return Passage{.order = std::string(text.substr(0, to)),
                 .to = std::string(text.substr(to + 4, amount - to - 4)),
                 .amount = number_of(text.substr(amount + 2))};
}

std::shared_ptr<const processors::Topology> bank_app() {
  processors::SpaceInfo space{.name = "bank",
                              .topics = {{"orders", kOrders, ""},
                                         {"arrived", kArrived, ""},
                                         {"sent", kSent, "bank"},
                                         {"answers", kAnswers, "bank"},
                                         {"balances", kBalances, "bank"},
                                         {"held", kHeld, "bank"},
                                         {"timers", TopicId(26), "bank"},
                                         {"dead", kBankDead, "bank"}}};
  auto built = processors::TopologyBuilder("bank", 1, space)
                   .source("orders", "orders")
                   .source("arrived", "arrived")
                   .processor("bank", processors::make<Bank>(),
                              {.after = {"orders", "arrived"}, .stores = {"balances", "held"}})
                   .store("balances", "balances")
                   .store("held", "held")
                   .timers("timers")
                   .sink("answers", "answers", {"bank"})
                   .link("sent", "sent", {.space = "other bank", .topic = "arrived"}, {"bank"})
                   .dead_letters("dead")
                   .build();
  CHECK(built.has_value());
  return *built;
}

processors::LinkShape bank_link() {
  return {.name = "bank to bank",
          .from = kSent,
          .from_topic = "sent",
          .to_space = "other bank",
          .to_topic = "arrived",
          .key_of = [](std::string_view value) {
            auto passage = passage_of(value);
            return passage ? passage->to : std::string();
          }};
}

}  // namespace usher::sim

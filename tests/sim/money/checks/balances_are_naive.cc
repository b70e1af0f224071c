#include <fmt/format.h>

#include "processors/state/digest.h"
#include "proto/base/check.h"

#include "tests/sim/money/bank_app.h"
#include "tests/sim/money/checks/checks.h"

namespace usher::sim {

std::string balances_are_naive(const CommittedLog& log, const state::MemoryStore& store) {
  std::map<std::string, int64_t> balances;
  for (int64_t i = 0; i < kAccounts; ++i) balances[account(i)] = kFirstBalance;
  for (const wire::Batch& batch : log)
    for (const ReadRecord& record : records_of(batch)) {
      if (record.topic == kArrived) {
        auto passage = passage_of(record.value);
        balances.at(passage->to) += passage->amount;
      }
      Order order = order_named(record.value);
      if (record.topic == kOrders && !record.value.ends_with("13") &&
          balances.at(order.from) >= order.amount)
        balances.at(order.from) -= order.amount;
    }
  for (const auto& [account, balance] : balances) {
    auto kept = store.get(state::entry_key(kBalances, account));
    CHECK(kept.has_value());
    if (kept->value_or(std::to_string(kFirstBalance)) != std::to_string(balance))
      return fmt::format("state = fold: {} has {}, a naive reader {}", account,
                         kept->value_or("nothing"), balance);
  }
  return "";
}

}  // namespace usher::sim

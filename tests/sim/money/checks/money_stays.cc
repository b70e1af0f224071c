#include <fmt/format.h>

#include "proto/base/check.h"

#include "tests/sim/money/bank_app.h"
#include "tests/sim/money/checks/checks.h"

namespace usher::sim {
namespace {

int64_t amount_of(const std::string& text) {
  auto passage = passage_of(text);
  CHECK(passage.has_value(), "the bank writes passages alone");
  return passage->amount;
}

// One bank's books, as its changelogs keep them.
class Books {
 public:
  // What is wrong after the batch, if anything.
  std::string take(const wire::Batch& batch) {
    for (const ReadRecord& record : records_of(batch)) take(record);
    const wire::StepGuard* step = step_of(batch);
    if (!step) return "";
    for (; !arrived_.empty() && arrived_.begin()->first < step->to;
         arrived_.erase(arrived_.begin()))
      expected_ += arrived_.begin()->second;
    int64_t sum = kAccounts * kFirstBalance;
    for (const auto& [account, balance] : balances_) {
      if (balance < 0)
        return fmt::format("money: {} has {} after step {}", account, balance,
                           step->number.value());
      sum += balance - kFirstBalance;
    }
    for (const auto& [order, amount] : held_) sum += amount;
    if (sum == expected_) return "";
    return fmt::format("money: the bank has {} after step {}, and should have {}", sum,
                       step->number.value(), expected_);
  }

 private:
  void take(const ReadRecord& record) {
    if (record.topic == kArrived) arrived_[record.offset] = amount_of(record.value);
    if (record.topic == kSent) expected_ -= amount_of(record.value);
    if (record.topic == kBalances) balances_[record.key] = std::stoll(record.value);
    if (record.topic != kHeld) return;
    if (record.erases)
      held_.erase(record.key);
    else
      held_[record.key] = amount_of(record.value);
  }

  std::map<std::string, int64_t> balances_;
  std::map<std::string, int64_t> held_;
  std::map<Offset, int64_t> arrived_;  // and not consumed yet
  int64_t expected_ = kAccounts * kFirstBalance;
};

}  // namespace

std::string money_stays(const CommittedLog& log) {
  Books books;
  for (const wire::Batch& batch : log)
    if (std::string wrong = books.take(batch); !wrong.empty()) return wrong;
  return "";
}

}  // namespace usher::sim

// The app under test in each of two spaces: a bank. An order takes money from an account here and
// holds it for a while; then it leaves, over a link, for an account of the other space. What comes
// from there is added at once.
//
//     orders ──→ order: balances, held, timer ─ due ─→ sent ── link ──→ arrived, of the other space
//     arrived ─→ arrival: balances                  (each of them answered in `answers`)
#pragma once

#include "processors/link_task.h"
#include "processors/topology.h"

namespace usher::sim {

constexpr AppId kBankApp{1};
constexpr AppId kBankLink{2};  // an app of its own, in the same partition
constexpr TopicId kOrders{20};
constexpr TopicId kArrived{21};
constexpr TopicId kSent{22};
constexpr TopicId kAnswers{23};
constexpr TopicId kBalances{24};
constexpr TopicId kHeld{25};
constexpr TopicId kBankDead{27};

// An account that nobody has touched holds so much.
constexpr int64_t kFirstBalance = 200;
constexpr int64_t kAccounts = 5;

// What an order moves follows from its name: "a0-17" is all that stands in the log.
struct Order {
  std::string from;
  std::string to;
  int64_t amount = 0;
  std::chrono::microseconds held_for{0};
};
Order order_named(std::string_view name);
std::string account(int64_t number);

// What is on its way: "a0-17 to acct3: 42".
struct Passage {
  std::string order;
  std::string to;
  int64_t amount = 0;
};
std::string text_of(const Passage& passage);
Result<Passage> passage_of(std::string_view text);

std::shared_ptr<const processors::Topology> bank_app();
processors::LinkShape bank_link();

}  // namespace usher::sim

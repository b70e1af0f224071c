// What must hold of the committed logs of two banks; one file each, with the first violation in
// words, or nothing. The checks of tests/sim/app and tests/sim/log hold for each of them, too.
#pragma once

#include <string>

#include "tests/sim/app/checks/committed_log.h"

namespace usher::sim {

// After every step of the bank its accounts and what it holds are what it had at first, less what
// it sent, and what arrived and was consumed; no account is below zero.
std::string money_stays(const CommittedLog& log);
// What one bank sent has arrived at the other, each once, in its order, and nothing else.
std::string money_arrives_once(const CommittedLog& from, const CommittedLog& to);
// The balances at the end are what a naive reader makes of orders and arrivals.
std::string balances_are_naive(const CommittedLog& log, const state::MemoryStore& store);

}  // namespace usher::sim

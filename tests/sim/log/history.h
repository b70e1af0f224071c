// What clients asked and what they were told: the half of a history that the log does not hold.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "broker/partition/receipt.h"
#include "proto/wire/batch.h"

namespace usher::sim {

struct History {
  uint64_t operations = 0;
  // A value, and the receipt that was given for the batch that holds it.
  std::vector<std::pair<std::string, partition::Receipt>> acknowledged;
  // Surely not in the log: refused, or cut off.
  std::set<std::string> failed;
  // Sent by an idempotent producer, in its order; such a value stands in the log at most once.
  std::map<std::string, std::vector<std::string>> by_producer;
  // What readers of the committed log have seen at an offset, whoever and wherever they asked.
  std::map<Offset, std::string> read;
};

}  // namespace usher::sim

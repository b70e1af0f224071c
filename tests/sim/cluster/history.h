// What the programs asked and what they were told: the half of a history that no log holds.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/receipt.h"
#include "client/routes.h"

namespace usher::clusters {

struct Acknowledged {
  TopicId topic;
  std::string value;
  client::Receipt receipt;
};

// Of one partition.
struct History {
  std::vector<Acknowledged> acknowledged;
  // Surely not in the log.
  std::set<std::string> failed;
  // All that idempotent producers sent: each stands in the log at most once.
  std::vector<std::string> sent;
  // By producer and key, in the order of sending, what was acknowledged of it.
  std::map<std::string, std::vector<std::string>> in_order;
  // What readers have seen at an offset, whoever and wherever they asked.
  std::map<Offset, std::string> read;
};

struct Histories {
  std::map<client::PartitionAt, History> partitions;
  uint64_t operations = 0;
};

}  // namespace usher::clusters

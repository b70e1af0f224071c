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
  SpaceId space;
  TopicId topic;
  std::string value;
  client::Receipt receipt;
};

// Of one partition.
struct History {
  // Without what the log has let go of.
  History from(Offset start) const {
    History left = *this;
    std::erase_if(left.acknowledged, [&](const auto& one) { return one.receipt.offset < start; });
    std::erase_if(left.read, [&](const auto& one) { return one.first < start; });
    return left;
  }
  std::vector<Acknowledged> acknowledged;
  // Surely not in the log.
  std::set<std::string> failed;
  // By producer and key, in the order of sending. Each stands in the log at most once.
  std::map<std::string, std::vector<std::string>> sent;
  // What readers have seen at an offset, whoever and wherever they asked.
  std::map<Offset, std::string> read;
};

struct Histories {
  std::map<client::PartitionAt, History> partitions;
  uint64_t operations = 0;
};

}  // namespace usher::clusters

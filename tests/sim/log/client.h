// What the clients of a simulated partition have in common: topics, how their records become
// batches and are read back, and which refusals are sure.
#pragma once

#include <string>
#include <vector>

#include "proto/wire/batch_builder.h"

#include "tests/sim/log/cluster.h"

namespace usher::sim {

constexpr SpaceId kSourceSpace{1};
constexpr SpaceId kLinkedSpace{2};
constexpr TopicId kInputs{20};
constexpr TopicId kOutputs{21};
constexpr TopicId kLinked{22};  // in the linked space: kInputs of the source
constexpr AppId kApp{1};
constexpr uint64_t kFetchBytes = 64 * limits::kKiB;

wire::Batch batch_of(const wire::Guard& guard,
                     const std::vector<std::pair<TopicId, std::string>>& records);

struct ReadRecord {
  Offset offset;
  TopicId topic;
  Seq seq;
  std::string key;
  std::string value;
  bool erases = false;  // it has no value: in a changelog, the entry is gone
};

// The records of a placed batch, in the order of the log.
std::vector<ReadRecord> records_of(const wire::Batch& batch);

// An answer that says that the batch is not in the log and never will be.
bool is_sure(const Error& error);

// One hash for inputs that a step consumed: what its output is a function of.
class InputsHash {
 public:
  void add(const ReadRecord& record);
  std::string text() const;

 private:
  uint64_t hash_ = 0;
  uint64_t inputs_ = 0;
};

}  // namespace usher::sim

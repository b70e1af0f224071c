// What an audit found: violations, each of a kind and at a place; and remarks, which say what could
// not be looked at and why. All violations are counted, the first hundred are listed.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/ids.h"

namespace usher::audit {

// docs/audit.md says each in words.
enum class Kind : uint8_t {
  kFile,         // a file or its head is damaged, or missing
  kJournal,      // groups of the journal
  kBatch,        // bytes that are no batch, a CRC, a hash, records
  kPlace,        // a batch of another partition
  kOffset,       // a hole, or an offset that does not rise
  kTerm,         // a term that falls
  kChain,        // the chain recomputed from the bytes is another
  kSeq,          // a topic's seq is not dense
  kTime,         // time goes back
  kWriter,       // a topic written by another kind of writer than its own
  kProducer,     // a producer's sequence has a hole or repeats
  kLink,         // a link's batch that does not continue it
  kClaim,        // a claim whose epoch does not rise
  kEpoch,        // a step under another epoch than the last claim's
  kStepNumber,   // a step that does not follow the one before
  kStepRange,    // a step's input overlaps, leaves a hole, or lies ahead of it
  kStepTerm,     // what the step read did not stand in the term that it names
  kStepRecord,   // the step record is not the guard's
  kReplica,      // replicas differ
  kDigest,       // the state after the step is not the one that it says
  kReexecution,  // deciding again gives other records
  kOutcome,      // a command without its outcome, an outcome without its command, or two
  kSeat,         // a seat with two holders, or with none where it has one
  kRule,         // a rule that every reservation obeys: limit, sale's window, adjacency, deadline
  kCount,        // the counts of a section
  kRecord,       // a record that is not one of its topic
  kStore,        // a task's store does not hold what the log gives
};
constexpr size_t kKinds = static_cast<size_t>(Kind::kStore) + 1;
std::string_view name_of(Kind kind);

// Where a batch stands on disk; no file: it came over the network.
struct Spot {
  std::shared_ptr<const std::string> file = {};
  uint64_t position = 0;
};

struct Violation {
  Kind kind = Kind::kBatch;
  SpaceId space = {};
  PartitionId partition = {};
  Offset offset = {};
  Spot spot = {};
  std::string detail = {};
};

constexpr size_t kListedViolations = 100;

class Findings {
 public:
  void add(Violation violation);
  void remark(std::string text);
  // Behind what is here.
  void append(Findings&& later);

  uint64_t count() const;
  uint64_t count(Kind kind) const { return counts_[static_cast<size_t>(kind)]; }
  const std::vector<Violation>& listed() const { return listed_; }
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  std::array<uint64_t, kKinds> counts_{};
  std::vector<Violation> listed_;
  std::vector<std::string> remarks_;
};

}  // namespace usher::audit

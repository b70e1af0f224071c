// Guards: the condition under which a partition takes a batch. The leader compares the guard with
// the state at the end of its log and appends, or refuses; nothing else orders writers.
// docs/formats/batch.md has the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/sha256.h"
#include "proto/base/time.h"

namespace usher::wire {

// No condition.
struct NoGuard {
  friend bool operator==(const NoGuard&, const NoGuard&) = default;
};

// A producer's identity, handed out by a broker. Its time tells how old an unknown one is.
struct ProducerId {
  WallTime made_at;
  uint64_t random = 0;
  friend auto operator<=>(const ProducerId&, const ProducerId&) = default;
};

// The batch is the sequence-th of this producer in this partition, counted from 0 without holes.
struct ProducerGuard {
  ProducerId producer;
  uint64_t sequence = 0;
  friend bool operator==(const ProducerGuard&, const ProducerGuard&) = default;
};

// Ownership of an app's task begins here: taken if the epoch is above the last claim's.
struct ClaimGuard {
  AppId app;
  uint32_t app_version = 0;
  Epoch epoch;
  MemberId member;  // nobody in a reset
  // A reset is a claim without a member that carries the app's new position.
  std::optional<Offset> reset_to;
  Sha256 settings;  // digest of the app's settings
  friend bool operator==(const ClaimGuard&, const ClaimGuard&) = default;
};

enum class StepMark : uint16_t {
  kNone = 0,
  kReady = 1,     // the owner is about to take its first input since its claim
  kReleased = 2,  // the owner closes in order
};

// A step consumed [from, to) and is the number-th of its app in this partition.
struct StepGuard {
  AppId app;
  uint32_t timers_fired = 0;
  StepMark mark = StepMark::kNone;
  Epoch epoch;
  StepNumber number;
  Offset from;
  Offset to;
  // The log must hold the witness in this term: to - 1, or, for a step that takes no input, the
  // record whose time made its timers due.
  Offset witness;
  Term input_term;
  friend bool operator==(const StepGuard&, const StepGuard&) = default;
};

// The passage of a topic from another space: the source seqs [from, to) that this batch accounts
// for. Taken if the destination has everything before `from` and nothing of it.
struct LinkGuard {
  SpaceId source_space;
  PartitionId source_partition;
  TopicId source_topic;
  Seq from;
  Seq to;
  friend bool operator==(const LinkGuard&, const LinkGuard&) = default;
};

using Guard = std::variant<NoGuard, ProducerGuard, ClaimGuard, StepGuard, LinkGuard>;

// As numbered in the header: the variant's index.
enum class GuardKind : uint16_t { kNone = 0, kProducer = 1, kClaim = 2, kStep = 3, kLink = 4 };

inline GuardKind kind_of(const Guard& guard) { return static_cast<GuardKind>(guard.index()); }

// How many bytes a guard of this kind takes; nothing for a kind that does not exist.
std::optional<size_t> guard_bytes(uint16_t kind);
// Writes guard_bytes() of them.
void encode_guard(const Guard& guard, std::byte* to);
// `bytes` is as long as the kind takes. BATCH_MALFORMED where the fields contradict each other or
// reserved bytes are set, so that one guard has one encoding.
Result<Guard> decode_guard(GuardKind kind, Bytes bytes);

}  // namespace usher::wire

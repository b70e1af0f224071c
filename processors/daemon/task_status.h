// What a task says of itself to the rest of its daemon: a value, because the task may live on
// another thread.
#pragma once

#include <optional>
#include <string>

#include "processors/phase.h"
#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/protocol/apps.h"

namespace usher::processors {

struct TaskStatus {
  PartitionId partition = {};
  // None: nothing is held of it, and its store is closed.
  std::optional<Phase> phase = {};
  wire::TaskRole role = wire::TaskRole::kStandby;
  Epoch epoch = {};
  Offset applied = {};
  // Why it stopped, or could not begin.
  std::optional<Error> failure = {};
  // Between what it has consumed and the partition's commit; since when it has not been level.
  uint64_t lag_records = 0;
  Duration behind_for = {};
  uint64_t restore_remaining = 0;

  bool is_live() const { return phase && !is_over(*phase); }
  bool is_owned() const { return is_live() && role == wire::TaskRole::kOwner; }
};

}  // namespace usher::processors

// The committed state of one task on this machine: all its stores in one ordered map, and the stamp
// that says which part of the log they are the fold of. In memory or in RocksDB; the same contract
// tests run on both. Belongs to the task's thread. Nothing that is not committed in the log is ever
// written to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "processors/state/stamp.h"
#include "proto/base/result.h"

namespace usher::state {

// Called with each entry in order; false stops the scan.
using Visit = std::function<bool(std::string_view key, std::string_view value)>;

struct Change {
  std::string_view key;
  std::optional<std::string_view> value;  // none: erased
};

// All entries of a store as they were at one stamp, whatever is written meanwhile; ends before it.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual const Stamp& stamp() const = 0;
  // The next entries in order, no more than `count` of them; false: that was all.
  virtual Result<bool> next(size_t count, const Visit& visit) = 0;
};

class CommittedStore {
 public:
  virtual ~CommittedStore() = default;
  // Nothing where there is no such key. IO_FAILED, STATE_UNREADABLE: the disk.
  virtual Result<std::optional<std::string>> get(std::string_view key) const = 0;
  // Keys in [from, to), in the order of their bytes.
  virtual Result<void> scan(std::string_view from, std::string_view to,
                            const Visit& visit) const = 0;
  // Changes and stamp, both or neither; of one key the last change counts.
  virtual Result<void> write(std::span<const Change> changes, const Stamp& stamp) = 0;
  virtual const Stamp& stamp() const = 0;
  virtual std::unique_ptr<Snapshot> snapshot() const = 0;
  // Empty again, as at the log's beginning.
  virtual Result<void> wipe() = 0;
  // Changes that a crash would lose, and a start would have to read from the log again; about.
  virtual uint64_t unsaved() const { return 0; }
  // Begins to bring them to disk, and does not wait for it.
  virtual void save() {}
};

}  // namespace usher::state

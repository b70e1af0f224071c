// A committed store in RocksDB: one instance per task, one column family, no write-ahead log (the
// partition's log is that). After a crash it is at some earlier stamp, whole; the task reads on
// from there. Block cache and write buffers are one budget over all tasks of the process.
#pragma once

#include <memory>

#include "processors/state/committed_store.h"

namespace usher::state {

// Shared by the stores of a process; outlives them.
class RocksdbBudget {
 public:
  struct Options {
    size_t cache_bytes = 0;
    size_t write_buffer_bytes = 0;
  };
  explicit RocksdbBudget(Options options);
  ~RocksdbBudget();

 private:
  friend class RocksdbStore;
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

class RocksdbStore final : public CommittedStore {
 public:
  // The directory is made where it is not there. IO_FAILED, STATE_UNREADABLE name it.
  static Result<std::unique_ptr<RocksdbStore>> open(const std::string& directory,
                                                    RocksdbBudget& budget);
  // What the store there says of itself, without opening it for writing: that takes some syncs.
  static Result<Stamp> stamp_in(const std::string& directory);
  // Flushes, so that the next start is quick.
  ~RocksdbStore() override;

  Result<std::optional<std::string>> get(std::string_view key) const override;
  Result<void> scan(std::string_view from, std::string_view to, const Visit& visit) const override;
  Result<void> write(std::span<const Change> changes, const Stamp& stamp) override;
  const Stamp& stamp() const override { return stamp_; }
  std::unique_ptr<Snapshot> snapshot() const override;
  Result<void> wipe() override;
  uint64_t unsaved() const override { return unsaved_; }
  void save() override;

  // What is in memory goes to disk now.
  Result<void> flush();
  // Ends as a killed process would: what was not flushed is lost. For tests.
  void abandon();

 private:
  struct Database;
  RocksdbStore(std::string directory, std::unique_ptr<Database> database);

  std::string directory_;
  std::unique_ptr<Database> database_;
  Stamp stamp_;
  uint64_t unsaved_ = 0;
};

}  // namespace usher::state

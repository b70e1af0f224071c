// One partition's log out of all its replicas: each is checked for itself, all are compared batch
// by batch, and readers get every batch once, from a replica that has it whole.
//
//     stream 1 ─→ open ─→ LogCheck ─┐
//     stream 2 ─→ open ─→ LogCheck ─┼─→ the same header at an offset? ─→ LogReader: take, hole
//     stream 3 ─→ open ─→ LogCheck ─┘     what most say goes on
//
// One batch of each replica is in memory.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/audit/log/log_check.h"

namespace usher::audit {

class LogReader {
 public:
  virtual ~LogReader() = default;
  virtual void take(const OpenedBatch& batch) = 0;
  // What stood between is on no replica.
  virtual void hole(Offset from, Offset to) = 0;
};

struct LogSums {
  uint64_t batches = 0;
  uint64_t records = 0;
  uint64_t bytes = 0;
  Offset start = {};
  Offset end = {};
  wire::Chain chain = {};
};

class MergedLog {
 public:
  MergedLog(PartitionKey key, const Catalog* catalog, Findings& findings)
      : key_(key), catalog_(catalog), findings_(findings) {}

  // `name` is what a difference is reported under: a directory.
  void add(std::string name, std::unique_ptr<BatchStream> stream);
  // To the end, or until `stop` says true. Errors: a stream could not be read on.
  Result<LogSums> read(
      const std::vector<LogReader*>& readers,
      const std::function<bool()>& stop = [] { return false; });

 private:
  struct Replica {
    std::string name;
    std::unique_ptr<BatchStream> stream;
    LogCheck check;
    std::optional<OpenedBatch> next = {};
    bool differs = false;  // and is compared no more
  };
  Result<void> advance(Replica& replica);
  // Those that stand at the lowest offset, the ones most replicas agree on first.
  std::vector<Replica*> lowest();
  void compare(const std::vector<Replica*>& at_one_offset);

  PartitionKey key_;
  const Catalog* catalog_;
  Findings& findings_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::optional<Offset> end_;
};

}  // namespace usher::audit

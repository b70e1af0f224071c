// The segments of one partition, file after file: each head, each batch, and whether they are one
// log (log_check.h). Its index files, each for itself.
#pragma once

#include <string>

#include "tools/audit/dump/dump_line.h"
#include "tools/audit/log/log_check.h"
#include "tools/audit/log/segment_file.h"

namespace usher::audit {

struct DumpOptions {
  bool records = false;
};

struct DumpSeams {
  DumpSink& sink;
  const Catalog* catalog = nullptr;  // for names, where they are known
  DumpOptions options = {};
};

class SegmentDump {
 public:
  // `key`: none where a file stands alone, and says itself whose it is. `stored`: what the journal
  // knows to be synced in segments; what is torn behind it is no damage. None: all is.
  SegmentDump(DumpSeams seams, std::optional<PartitionKey> key, std::optional<Offset> stored)
      : seams_(seams), key_(key), stored_(stored) {}

  // In order. IO_FAILED; damage goes to the sink.
  Result<void> take(const std::string& path, bool is_last);

 private:
  Result<void> take_batches(SegmentFile& segment, bool is_last);
  void take_batch(const SegmentFile& segment);
  void tell_findings();
  // May what cannot be read at the end of the last file be a write that never ended?
  bool may_be_torn(bool is_last) const { return is_last && stored_ && end_ >= *stored_; }

  DumpSeams seams_;
  std::optional<PartitionKey> key_;
  std::optional<Offset> stored_;
  Offset end_;
  Findings findings_;
  size_t told_ = 0;
  std::optional<LogCheck> check_;
};

Result<void> dump_index(const DumpSeams& seams, const std::string& path);

}  // namespace usher::audit

// One segment, read a piece at a time (docs/formats/segment.md): its head, then batch after batch.
// Written against the format's page and nothing else, so that it finds what the broker's reader
// would not.
#pragma once

#include "tools/audit/log/batch_stream.h"
#include "tools/audit/log/data_file.h"

namespace usher::audit {

class SegmentFile {
 public:
  enum class Found : uint8_t { kBatch, kEnd, kDamaged };

  // SEGMENT_CORRUPT: the head is not that of a segment of this partition; without a key it is of
  // the one that the head names. IO_FAILED.
  static Result<SegmentFile> open(DataFile file, std::optional<PartitionKey> key);

  PartitionKey key() const { return key_; }
  const Boundary& begin() const { return begin_; }
  uint64_t snapshot_bytes() const { return snapshot_bytes_; }
  Spot head_spot() const { return {file_.path(), 0}; }

  // kBatch: batch(), at spot(). kDamaged: what stands at spot() is no batch, why() says so.
  Result<Found> next();
  const wire::Batch& batch() const { return *batch_; }
  Spot spot() const { return {file_.path(), position_}; }
  const std::string& why() const { return why_; }
  // Behind damage: to the next batch that can be read. False: there is none.
  Result<bool> skip_damage();

 private:
  explicit SegmentFile(DataFile file) : file_(std::move(file)) {}
  // At least so many bytes from a position on, or to the file's end; a slice of the window.
  Result<Buffer> look(uint64_t position, size_t bytes);
  Result<bool> skip_zeros();
  Found damaged(std::string why);

  DataFile file_;
  PartitionKey key_;
  Boundary begin_;
  uint64_t snapshot_bytes_ = 0;
  uint64_t position_ = 0;  // of the batch at hand
  uint64_t next_ = 0;
  Buffer window_;
  uint64_t window_at_ = 0;
  std::optional<wire::Batch> batch_;
  std::string why_;
};

}  // namespace usher::audit

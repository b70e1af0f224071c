// Makes a batch from records: encodes each once into its topic's section, then hashes and seals.
// One builder makes one batch after the other and keeps its memory; it belongs to one thread.
#pragma once

#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/wire/batch.h"

namespace usher::wire {

class BatchBuilder {
 public:
  struct Options {
    BatchKind kind = BatchKind::kData;
    Compression compression = Compression::kNone;
  };
  BatchBuilder() = default;
  explicit BatchBuilder(Options options) : options_(options) {}

  // Behind the records before it. TOO_LARGE names the limit of record or batch it would break;
  // nothing is added then.
  Result<void> add(TopicId topic, const Record& record);

  uint32_t records() const { return records_; }
  // What the batch would take if it were made now without compression, under the largest guard.
  size_t bytes() const;

  // The batch of all records since the last, of which there is at least one; the builder is empty
  // again.
  Batch finish(const Guard& guard);

 private:
  struct Open {
    TopicId topic;
    uint32_t records = 0;
    std::vector<std::byte> raw;
  };
  Open* find(TopicId topic);
  Open& open(TopicId topic);

  Options options_;
  Compressor compressor_;
  std::vector<Open> open_;  // in use: the first topics_ of them
  size_t topics_ = 0;
  uint32_t records_ = 0;
  size_t section_bytes_ = 0;
};

}  // namespace usher::wire

// The header of a batch: what a scan reads, what the chain is made of.
//
//     ├── producer's part ───────────────┤├── log part ──────────────────────┤
//     fixed 32 │ guard │ topic table 56·T │ crc, chain, place, base seqs 72+8·T │  body: sections …
//
// The producer's part is sealed by its CRC when the batch is made. The log part is zero until the
// leader gives the batch its place (seal) and from then on everybody copies both byte for byte.
// docs/formats/batch.md has every field.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"
#include "proto/base/sha256.h"
#include "proto/base/time.h"
#include "proto/wire/compression.h"
#include "proto/wire/guard.h"

namespace usher::wire {

enum class BatchKind : uint16_t {
  kData = 1,
  kControl = 2,  // the log's own: a new leader, a change of members
};

// One row of the topic table: a section and how to prove it. CRC and hash are over the bytes as
// they are stored, packed or not.
struct TopicEntry {
  TopicId topic;
  uint32_t records = 0;
  uint32_t stored_bytes = 0;
  uint32_t raw_bytes = 0;
  Compression compression = Compression::kNone;
  uint32_t crc = 0;
  Sha256 sha256;
  friend bool operator==(const TopicEntry&, const TopicEntry&) = default;
};

// The chain at a batch: SHA-256 over the chain before it and its header. A section may be taken
// away and the chain still verifies.
using Chain = Sha256;

// Where the leader put a batch.
struct Place {
  SpaceId space;
  PartitionId partition;
  Term term;  // from 1
  Offset base_offset;
  WallTime time;
  friend bool operator==(const Place&, const Place&) = default;
};

// A header that has been checked: magic, version, features, both CRCs, all lengths, counts and
// reserved bytes. It keeps its bytes.
class BatchHeader {
 public:
  // `bytes` begins with a header and may go on. Refused: BATCH_MALFORMED, BATCH_CORRUPT (a CRC),
  // VERSION_UNSUPPORTED, FEATURE_UNKNOWN (names the bits).
  static Result<BatchHeader> decode(const Buffer& bytes);

  BatchKind kind() const { return kind_; }
  const Guard& guard() const { return guard_; }
  uint32_t records() const { return records_; }
  // By topic id, rising.
  const std::vector<TopicEntry>& topics() const { return topics_; }
  size_t body_bytes() const { return body_bytes_; }
  // Header and body.
  size_t batch_bytes() const { return bytes_.size() + body_bytes_; }
  const Buffer& bytes() const { return bytes_; }

  // Has the leader given it a place? Only then may the rest be asked.
  bool sealed() const { return sealed_; }
  const Place& place() const;
  Offset end_offset() const { return place().base_offset + records_; }
  Seq base_seq(size_t topic_index) const;
  // As it stands in the log part; whoever verifies compares it with chain_after().
  const Chain& chain() const;
  // Recomputed from the bytes.
  Chain chain_after(const Chain& previous) const;

 private:
  Result<void> decode_producer_part(Bytes bytes);
  Result<void> decode_topics(Bytes table);
  Result<void> decode_log_part(Bytes part);

  Buffer bytes_;
  BatchKind kind_ = BatchKind::kData;
  Guard guard_;
  uint32_t records_ = 0;
  std::vector<TopicEntry> topics_;
  size_t body_bytes_ = 0;
  size_t producer_bytes_ = 0;
  bool sealed_ = false;
  Place place_;
  Chain chain_;
};

struct ProducerPart {
  BatchKind kind = BatchKind::kData;
  Guard guard;
  uint32_t records = 0;
  std::vector<TopicEntry> topics;  // by topic id, rising
};

// The header of a batch without a place. What decode would refuse may not be given.
Buffer encode_header(const ProducerPart& part);

// The same header with its place: base_seqs has one for each topic of the table. The producer's
// part is copied as it is. Leaders only.
Buffer seal(const BatchHeader& header, const Place& place, std::span<const Seq> base_seqs,
            const Chain& previous);

}  // namespace usher::wire

// Where the fields of a batch header stand: shared by what writes it and what reads it.
// docs/formats/batch.md says the same in words and must be changed with it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace usher::wire::format {

constexpr uint32_t kMagic = 0x42687355;  // "UshB"
constexpr uint16_t kVersion = 1;
// Required-feature bits that this program knows.
constexpr uint32_t kKnownFeatures = 0;

// The producer's part begins with:
constexpr size_t kMagicAt = 0;
constexpr size_t kProducerCrcAt = 4;  // over the producer's part from kVersionAt on
constexpr size_t kVersionAt = 8;
constexpr size_t kKindAt = 10;
constexpr size_t kFeaturesAt = 12;
constexpr size_t kBatchBytesAt = 16;
constexpr size_t kHeaderBytesAt = 20;
constexpr size_t kRecordsAt = 24;
constexpr size_t kTopicCountAt = 28;
constexpr size_t kGuardKindAt = 30;
constexpr size_t kFixedBytes = 32;

// A row of the topic table:
constexpr size_t kTopicAt = 0;
constexpr size_t kTopicRecordsAt = 4;
constexpr size_t kStoredBytesAt = 8;
constexpr size_t kRawBytesAt = 12;
constexpr size_t kCompressionAt = 16;  // and three reserved bytes
constexpr size_t kSectionCrcAt = 20;
constexpr size_t kSectionShaAt = 24;
constexpr size_t kTopicBytes = 56;

// The log part:
constexpr size_t kLogCrcAt =
    0;  // over the producer's CRC, then the log part from kLogReservedAt on
constexpr size_t kLogReservedAt = 4;
constexpr size_t kChainAt = 8;
constexpr size_t kSpaceAt = 40;  // the chain is over the log part from here on
constexpr size_t kPartitionAt = 44;
constexpr size_t kTermAt = 48;
constexpr size_t kBaseOffsetAt = 56;
constexpr size_t kTimeAt = 64;
constexpr size_t kBaseSeqsAt = 72;

constexpr size_t log_part_bytes(size_t topics) { return kBaseSeqsAt + 8 * topics; }

}  // namespace usher::wire::format

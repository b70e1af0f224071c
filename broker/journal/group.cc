#include "broker/journal/group.h"

#include <cstring>

#include "broker/io/disk.h"
#include "proto/base/check.h"
#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"

namespace usher::journal {
namespace {

// Where the fields of a group's header stand; docs/formats/journal.md says the same in words.
constexpr uint32_t kMagic = 0x4a687355;  // "UshJ"
constexpr uint16_t kVersion = 1;
constexpr size_t kMagicAt = 0;
constexpr size_t kCrcAt = 4;  // over the header from kVersionAt on
constexpr size_t kVersionAt = 8;
constexpr size_t kEntriesAt = 12;
constexpr size_t kBodyBytesAt = 16;
constexpr size_t kJournalAt = 24;
constexpr size_t kGenerationAt = 32;
constexpr size_t kNumberAt = 40;
constexpr size_t kFollowsAt = 48;
constexpr size_t kAttestedAt = 56;
constexpr size_t kOldestAt = 64;
constexpr size_t kPreviousAt = 72;
constexpr size_t kBodyDigestAt = 88;
static_assert(kBodyDigestAt + 16 == kGroupHeaderBytes);

// An entry begins with its payload's length, kind, space and partition.
constexpr size_t kEntryLengthAt = 0;
constexpr size_t kEntryKindAt = 4;
constexpr size_t kEntrySpaceAt = 8;
constexpr size_t kEntryPartitionAt = 12;
constexpr size_t kEntryFixedBytes = 16;
constexpr size_t kEntryAlignment = 8;
static_assert(kGroupHeaderBytes % kEntryAlignment == 0);

constexpr size_t kTruncateBytes = 8;
constexpr size_t kStateBytes = 32;

size_t round_up(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

void store_digest(std::byte* to, const Digest& digest) {
  store_le(to, digest.low);
  store_le(to + 8, digest.high);
}

Digest load_digest(const std::byte* from) {
  return {.low = load_le<uint64_t>(from), .high = load_le<uint64_t>(from + 8)};
}

size_t payload_bytes(const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::kBatch:
    case EntryKind::kCopy:
      return entry.header.size() + entry.body.size();
    case EntryKind::kTruncate:
      return kTruncateBytes;
    case EntryKind::kState:
    case EntryKind::kRestart:
      return kStateBytes;
  }
  CHECK(false, "an entry of no kind");
}

}  // namespace

size_t group_bytes(uint32_t body_bytes) {
  return round_up(kGroupHeaderBytes + body_bytes, io::kSector);
}

void encode_group_header(const GroupHeader& header, std::byte* to) {
  std::memset(to, 0, kGroupHeaderBytes);
  store_le(to + kMagicAt, kMagic);
  store_le(to + kVersionAt, kVersion);
  store_le(to + kEntriesAt, header.entries);
  store_le(to + kBodyBytesAt, header.body_bytes);
  store_le(to + kJournalAt, header.journal.value());
  store_le(to + kGenerationAt, header.generation.value());
  store_le(to + kNumberAt, header.number.value());
  store_le(to + kFollowsAt, header.follows.value());
  store_le(to + kAttestedAt, header.attested.value());
  store_le(to + kOldestAt, header.oldest.value());
  store_digest(to + kPreviousAt, header.previous);
  store_digest(to + kBodyDigestAt, header.body);
  store_le(to + kCrcAt, crc32c(Bytes(to + kVersionAt, kGroupHeaderBytes - kVersionAt)));
}

std::optional<GroupHeader> decode_group_header(Bytes bytes) {
  if (bytes.size() < kGroupHeaderBytes) return std::nullopt;
  const std::byte* from = bytes.data();
  if (load_le<uint32_t>(from + kMagicAt) != kMagic ||
      load_le<uint16_t>(from + kVersionAt) != kVersion)
    return std::nullopt;
  if (load_le<uint32_t>(from + kCrcAt) !=
      crc32c(bytes.subspan(kVersionAt, kGroupHeaderBytes - kVersionAt)))
    return std::nullopt;
  return GroupHeader{.journal = JournalId(load_le<uint64_t>(from + kJournalAt)),
                     .generation = Generation(load_le<uint64_t>(from + kGenerationAt)),
                     .number = GroupNumber(load_le<uint64_t>(from + kNumberAt)),
                     .follows = GroupNumber(load_le<uint64_t>(from + kFollowsAt)),
                     .attested = GroupNumber(load_le<uint64_t>(from + kAttestedAt)),
                     .oldest = Generation(load_le<uint64_t>(from + kOldestAt)),
                     .previous = load_digest(from + kPreviousAt),
                     .entries = load_le<uint32_t>(from + kEntriesAt),
                     .body_bytes = load_le<uint32_t>(from + kBodyBytesAt),
                     .body = load_digest(from + kBodyDigestAt)};
}

Digest digest_of(const GroupHeader& header) {
  std::byte bytes[kGroupHeaderBytes];
  encode_group_header(header, bytes);
  return xxh3_128(bytes);
}

size_t entry_bytes(const Entry& entry) {
  return kEntryFixedBytes + round_up(payload_bytes(entry), kEntryAlignment);
}

void encode_entry(const Entry& entry, std::byte* to) {
  size_t payload = payload_bytes(entry);
  std::memset(to, 0, kEntryFixedBytes);
  store_le(to + kEntryLengthAt, static_cast<uint32_t>(payload));
  store_le(to + kEntryKindAt, static_cast<uint8_t>(entry.kind));
  store_le(to + kEntrySpaceAt, entry.partition.space.value());
  store_le(to + kEntryPartitionAt, entry.partition.partition.value());
  to += kEntryFixedBytes;
  switch (entry.kind) {
    case EntryKind::kBatch:
    case EntryKind::kCopy:
      std::memcpy(to, entry.header.data(), entry.header.size());
      if (!entry.body.empty())
        std::memcpy(to + entry.header.size(), entry.body.data(), entry.body.size());
      break;
    case EntryKind::kTruncate:
      store_le(to, entry.from.value());
      break;
    case EntryKind::kState:
    case EntryKind::kRestart:
      store_le(to, entry.state.term.value());
      store_le(to + 8, entry.state.vote);
      store_le(to + 16, entry.state.commit.value());
      store_le(to + 24, entry.state.stored.value());
      break;
  }
  std::memset(to + payload, 0, round_up(payload, kEntryAlignment) - payload);
}

std::optional<Entry> EntryReader::next() {
  if (rest_.size() < kEntryFixedBytes) return std::nullopt;
  const std::byte* from = rest_.data();
  size_t payload = load_le<uint32_t>(from + kEntryLengthAt);
  size_t whole = kEntryFixedBytes + round_up(payload, kEntryAlignment);
  if (rest_.size() < whole) return std::nullopt;
  Entry entry;
  entry.kind = static_cast<EntryKind>(load_le<uint8_t>(from + kEntryKindAt));
  entry.partition = {.space = SpaceId(load_le<uint32_t>(from + kEntrySpaceAt)),
                     .partition = PartitionId(load_le<uint32_t>(from + kEntryPartitionAt))};
  const std::byte* at = from + kEntryFixedBytes;
  switch (entry.kind) {
    case EntryKind::kBatch:
    case EntryKind::kCopy:
      entry.header = rest_.slice(kEntryFixedBytes, payload);
      break;
    case EntryKind::kTruncate:
      if (payload != kTruncateBytes) return std::nullopt;
      entry.from = Offset(load_le<uint64_t>(at));
      break;
    case EntryKind::kState:
    case EntryKind::kRestart:
      if (payload != kStateBytes) return std::nullopt;
      entry.state = {.term = Term(load_le<uint64_t>(at)),
                     .vote = load_le<uint64_t>(at + 8),
                     .commit = Offset(load_le<uint64_t>(at + 16)),
                     .stored = Offset(load_le<uint64_t>(at + 24))};
      break;
    default:
      return std::nullopt;
  }
  rest_ = rest_.slice(whole, rest_.size() - whole);
  return entry;
}

}  // namespace usher::journal

#include "tests/fuzz/samples.h"

#include <algorithm>
#include <cstring>

#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"
#include "proto/base/sha256.h"
#include "proto/wire/batch_format.h"
#include "proto/wire/envelope.h"
#include "proto/wire/frame.h"

#include "tests/unit/proto/seats/record_samples.h"
#include "tests/unit/proto/wire/batch_samples.h"
#include "tests/unit/proto/wire/envelope_samples.h"

namespace usher::fuzz {
namespace {

using namespace wire;

Buffer join(Bytes header, const Frame& frame) {
  std::vector<std::byte> all(header.begin(), header.end());
  Bytes envelope = frame.envelope;
  all.insert(all.end(), envelope.begin(), envelope.end());
  for (Bytes piece : frame.payload) all.insert(all.end(), piece.begin(), piece.end());
  return Buffer::copy_of(all);
}

// Where a damaged batch says that its topic table begins and ends, if that lies inside.
struct Table {
  size_t begin;
  size_t topics;
};

std::optional<Table> table_of(Bytes bytes) {
  using namespace format;
  if (bytes.size() < kFixedBytes) return std::nullopt;
  auto guard = guard_bytes(load_le<uint16_t>(bytes.data() + kGuardKindAt));
  size_t topics = load_le<uint16_t>(bytes.data() + kTopicCountAt);
  if (!guard) return std::nullopt;
  Table table{.begin = kFixedBytes + *guard, .topics = topics};
  if (table.begin + kTopicBytes * topics + log_part_bytes(topics) > bytes.size())
    return std::nullopt;
  return table;
}

}  // namespace

std::vector<Buffer> sample_frames() {
  std::vector<Buffer> frames;
  Buffer batch = samples::joined(samples::two_topics(samples::producer_guard()));
  for (const Frame& frame :
       {Frame{.type = FrameType::kHello,
              .request = RequestId(0),
              .envelope = encode_envelope(Hello{.program = "usher-broker 0.1.0"}),
              .payload = {}},
        Frame{.type = FrameType::kReply,
              .request = RequestId(7),
              .envelope = encode_envelope(Failure{Error{ErrorCode::TIMED_OUT, "after 3 s", {}}}),
              .payload = {batch}}})
    frames.push_back(join(*encode_frame_header(frame), frame));
  for (const auto& [name, envelope] : samples::all_envelopes()) {
    Frame frame{.type = FrameType::kRequest,
                .request = RequestId(8),
                .envelope = encode_envelope(envelope),
                .payload = {}};
    frames.push_back(join(*encode_frame_header(frame), frame));
  }
  return frames;
}

std::vector<Buffer> sample_batches() {
  std::vector<Buffer> batches;
  for (const Guard& guard : samples::all_guards())
    for (Compression how : {Compression::kNone, Compression::kLz4, Compression::kZstd}) {
      Batch batch = samples::two_topics(guard, how);
      batches.push_back(samples::joined(batch));
      batches.push_back(samples::joined(samples::sealed(batch)));
    }
  return batches;
}

std::vector<Buffer> sample_seats_records() {
  std::vector<Buffer> records;
  for (const auto& sample : seats::samples::all_records()) {
    std::string bytes(1, static_cast<char>(records.size()));
    records.push_back(Buffer::copy_of(as_bytes(bytes + sample.bytes)));
  }
  return records;
}

void mend_frame(MutableBytes bytes) {
  if (bytes.size() < kFrameHeaderBytes) return;
  size_t envelope_bytes = load_le<uint32_t>(bytes.data() + 12);
  if (envelope_bytes > bytes.size() - kFrameHeaderBytes) return;
  Bytes all = bytes;
  uint32_t checksum = crc32c(all.subspan(kFrameHeaderBytes, envelope_bytes),
                             crc32c(all.subspan(8, kFrameHeaderBytes - 8)));
  store_le(bytes.data() + 4, checksum);
}

void mend_batch(MutableBytes bytes) {
  using namespace format;
  auto table = table_of(bytes);
  if (!table) return;
  size_t producer_bytes = table->begin + kTopicBytes * table->topics;
  size_t section_at = producer_bytes + log_part_bytes(table->topics);
  for (size_t i = 0; i < table->topics; ++i) {
    std::byte* row = bytes.data() + table->begin + kTopicBytes * i;
    size_t stored = load_le<uint32_t>(row + kStoredBytesAt);
    if (stored > bytes.size() - section_at) break;
    Bytes section(bytes.data() + section_at, stored);
    store_le(row + kSectionCrcAt, crc32c(section));
    Sha256 hash = sha256(section);
    std::memcpy(row + kSectionShaAt, hash.value.data(), hash.value.size());
    section_at += stored;
  }
  std::byte* front = bytes.data();
  store_le(front + kProducerCrcAt, crc32c(Bytes(front + kVersionAt, producer_bytes - kVersionAt)));
  Bytes log_part(front + producer_bytes, log_part_bytes(table->topics));
  if (std::ranges::all_of(log_part, [](std::byte byte) { return byte == std::byte{0}; })) return;
  uint32_t crc = crc32c(log_part.subspan(kLogReservedAt), crc32c(Bytes(front + kProducerCrcAt, 4)));
  store_le(front + producer_bytes + kLogCrcAt, crc);
}

}  // namespace usher::fuzz

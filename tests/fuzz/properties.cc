#include "tests/fuzz/properties.h"

#include "proto/base/check.h"
#include "proto/wire/batch.h"
#include "proto/wire/batch_format.h"
#include "proto/wire/envelope.h"
#include "proto/wire/frame.h"

#include "tests/unit/proto/seats/record_samples.h"

namespace usher::fuzz {
namespace {

using namespace wire;

// All records of a section, written again.
void rewrite_section(const Section& section) {
  std::vector<std::byte> again;
  for (SectionReader reader = section.read(); !reader.done();) {
    RecordView view = reader.next();
    std::vector<Header> headers;
    view.headers.for_each([&](const Header& header) { headers.push_back(header); });
    Record record{.key = view.key, .value = view.value, .headers = headers};
    CHECK(check_record(record).has_value(), "a record that was read can be written");
    append_record(again, static_cast<uint16_t>(view.place), record);
  }
  CHECK(equal(again, section.raw()), "a section re-encodes to the same bytes");
}

void rewrite_header(const BatchHeader& header) {
  ProducerPart part{.kind = header.kind(),
                    .guard = header.guard(),
                    .records = header.records(),
                    .topics = header.topics()};
  Buffer again = encode_header(part);
  size_t log_bytes = format::log_part_bytes(header.topics().size());
  size_t producer_bytes = again.size() - log_bytes;
  Bytes before = header.bytes();
  CHECK(equal(again.bytes().first(producer_bytes), before.first(producer_bytes)),
        "the producer's part re-encodes to the same bytes");
  if (!header.sealed()) {
    CHECK(equal(again, before), "a header without a place re-encodes to the same bytes");
    return;
  }
  std::vector<Seq> seqs;
  for (size_t i = 0; i < header.topics().size(); ++i) seqs.push_back(header.base_seq(i));
  auto unplaced = BatchHeader::decode(again);
  CHECK(unplaced.has_value(), "what was encoded can be read");
  Buffer resealed = seal(*unplaced, header.place(), seqs, Chain{});
  // The chain hangs on what came before, and the log part's CRC on the chain.
  CHECK(equal(resealed.bytes().last(log_bytes - format::kSpaceAt),
              before.last(log_bytes - format::kSpaceAt)),
        "the log part re-encodes to the same bytes");
}

}  // namespace

bool frame_property(const Buffer& input) {
  if (input.size() < kFrameHeaderBytes) {
    CHECK(!decode_frame_header(input), "a header cut off is refused");
    return false;
  }
  Bytes header_bytes = input.bytes().first(kFrameHeaderBytes);
  auto header = decode_frame_header(header_bytes);
  if (!header || input.size() - kFrameHeaderBytes < header->body_bytes()) return false;
  auto frame = decode_frame(header_bytes, input.slice(kFrameHeaderBytes, header->body_bytes()));
  if (!frame) return false;
  auto again = encode_frame_header(*frame);
  CHECK(again.has_value() && equal(*again, header_bytes), "a frame re-encodes to the same bytes");
  (void)envelope_property(frame->envelope);
  return true;
}

bool envelope_property(const Buffer& input) {
  auto envelope = decode_envelope(input);
  if (!envelope) return false;
  // Not byte for byte: Cap'n Proto has several encodings of one message. What is read, once
  // written, reads the same.
  Buffer once = encode_envelope(*envelope);
  auto again = decode_envelope(once);
  CHECK(again.has_value() && equal(encode_envelope(*again), once), "an envelope is stable");
  return true;
}

bool batch_property(const Buffer& input) {
  auto batch = Batch::decode(input);
  if (!batch) return false;
  rewrite_header(batch->header());
  if (!batch->check_whole()) return false;
  CHECK(batch->check_crcs().has_value(), "the whole check includes the CRCs");
  const auto& topics = batch->header().topics();
  std::vector<Section> sections;
  for (size_t i = 0; i < topics.size(); ++i) {
    auto section = Section::open(topics[i], batch->stored_section(i), batch->header().records());
    CHECK(section.has_value(), "a batch that was checked opens");
    rewrite_section(*section);
    sections.push_back(std::move(*section));
  }
  uint32_t places = 0;
  for (MergedReader reader(sections); !reader.done();)
    CHECK(reader.next().record.place == places++, "every place is taken once, in order");
  CHECK(places == batch->header().records());
  return true;
}

bool seats_property(const Buffer& input) {
  static const auto kSamples = seats::samples::all_records();
  if (input.empty()) return false;
  Bytes bytes = input;
  const auto& sample = kSamples[std::to_integer<size_t>(bytes[0]) % kSamples.size()];
  std::string_view record(reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1);
  auto once = sample.again(record);
  if (!once) return false;
  // Not byte for byte: Cap'n Proto has several encodings of one message.
  auto twice = sample.again(*once);
  CHECK(twice.has_value() && *twice == *once, "a record is stable: " + sample.name);
  return true;
}

bool canary_property(const Buffer& input) {
  Bytes bytes = input;
  bool found = bytes.size() >= 3 && bytes[0] == std::byte{'U'} && bytes[1] == std::byte{'s'} &&
               bytes[2] == std::byte{'h'};
  CHECK(!found, "the canary sings");
  return true;
}

}  // namespace usher::fuzz

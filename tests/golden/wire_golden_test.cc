// The bytes of proto/wire, kept: a change of the format shows as a diff here, and what was written
// by an older program must read the same for ever.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "proto/wire/batch_builder.h"
#include "proto/wire/envelope.h"
#include "proto/wire/frame.h"

#include "tests/doctest.h"
#include "tests/golden/golden.h"
#include "tests/golden/hex_dump.h"
#include "tests/unit/proto/wire/batch_samples.h"
#include "tests/unit/proto/wire/envelope_samples.h"

namespace usher::wire {
namespace {

using golden::dump;
using golden::expect_golden;
using golden::golden_or_new;
using golden::read_golden;
using golden::undump;

Batch plain() {
  BatchBuilder builder;
  REQUIRE(builder.add(TopicId(20), {.key = as_bytes("k"), .value = as_bytes("v"), .headers = {}}));
  return builder.finish(NoGuard{});
}

struct Named {
  std::string name;
  Batch batch;
};

std::vector<Named> unpacked_batches() {
  using samples::sealed;
  using samples::two_topics;
  return {{"plain", plain()},
          {"producer", sealed(two_topics(samples::producer_guard()))},
          {"claim", sealed(two_topics(samples::claim_guard()))},
          {"reset", sealed(two_topics(samples::reset_guard()))},
          {"step", sealed(two_topics(samples::step_guard()))},
          {"link", sealed(two_topics(samples::link_guard()))}};
}

// What a reader gets to see of a batch, in words.
std::string in_words(const Batch& batch) {
  std::string text;
  for (size_t i = 0; i < batch.header().topics().size(); ++i) {
    const TopicEntry& entry = batch.header().topics()[i];
    auto section = Section::open(entry, batch.stored_section(i), batch.header().records());
    REQUIRE(section);
    for (SectionReader reader = section->read(); !reader.done();) {
      RecordView record = reader.next();
      text += fmt::format("topic {} place {} key {} value {}", entry.topic.value(), record.place,
                          record.key ? as_text(*record.key) : "-",
                          record.value ? as_text(*record.value) : "-");
      record.headers.for_each([&](const Header& header) {
        text += fmt::format(" {}={}", header.name, as_text(header.value));
      });
      text += '\n';
    }
  }
  return text;
}

TEST_CASE("batches of every guard have the bytes they always had") {
  for (const auto& [name, batch] : unpacked_batches()) {
    expect_golden("batch/" + name + ".hex", dump(samples::joined(batch)));
    auto kept = Batch::decode(undump(read_golden("batch/" + name + ".hex")));
    REQUIRE(kept);
    EXPECT(kept->check_whole());
    EXPECT(kept->header().guard() == batch.header().guard());
    EXPECT(in_words(*kept) == in_words(batch));
  }
}

// Packed bytes are the library's, which may pack better one day: what is kept must still unpack.
TEST_CASE("batches packed long ago unpack to the same records") {
  std::string unpacked = in_words(samples::two_topics(samples::producer_guard()));
  for (Compression how : {Compression::kLz4, Compression::kZstd}) {
    Batch batch = samples::two_topics(samples::producer_guard(), how);
    EXPECT(in_words(batch) == unpacked);
    auto kept = Batch::decode(undump(
        golden_or_new(fmt::format("batch/{}.hex", name_of(how)), dump(samples::joined(batch)))));
    REQUIRE(kept);
    EXPECT(kept->check_whole());
    EXPECT(kept->header().topics()[0].compression == how);
    EXPECT(in_words(*kept) == unpacked);
  }
}

TEST_CASE("frames and the handshake have the bytes they always had") {
  Frame hello{.type = FrameType::kHello,
              .request = RequestId(0),
              .envelope = encode_envelope(Hello{.program = "usher-broker 0.1.0"}),
              .payload = {}};
  Frame failure{.type = FrameType::kReply,
                .request = RequestId(7),
                .envelope = encode_envelope(Failure{Error{ErrorCode::QUEUE_FULL, "64 in flight"}}),
                .payload = {}};
  for (const auto& [name, frame] : {std::pair("hello", hello), std::pair("failure", failure)}) {
    auto header = encode_frame_header(frame);
    REQUIRE(header);
    expect_golden(fmt::format("frame/{}.hex", name), dump(*header) + dump(frame.envelope));
  }
}

TEST_CASE("every kind of envelope has the bytes it always had") {
  for (const auto& [name, envelope] : samples::all_envelopes())
    expect_golden(fmt::format("envelope/{}.hex", name), dump(encode_envelope(envelope)));
}

}  // namespace
}  // namespace usher::wire

#include "proto/wire/envelope.h"

#include <cstring>
#include <set>

#include "tests/doctest.h"
#include "tests/unit/proto/wire/envelope_samples.h"

namespace usher::wire {
namespace {

TEST_CASE("a hello and a failure read back as they were written") {
  Hello hello{.version = 1,
              .features_offered = 0b110,
              .features_required = 0b100,
              .program = "usher-broker 0.1.0"};
  auto read = decode_envelope(encode_envelope(hello));
  REQUIRE(read);
  REQUIRE(std::holds_alternative<Hello>(*read));
  EXPECT(std::get<Hello>(*read).program == hello.program);
  EXPECT(std::get<Hello>(*read).features_offered == hello.features_offered);
  EXPECT(std::get<Hello>(*read).features_required == hello.features_required);

  Failure failure{Error{ErrorCode::QUEUE_FULL, "64 requests in flight"}};
  read = decode_envelope(encode_envelope(failure));
  REQUIRE(read);
  EXPECT(std::get<Failure>(*read).error == failure.error);
}

TEST_CASE("every kind of envelope reads back as it was written") {
  std::set<size_t> kinds;
  for (const auto& [name, envelope] : samples::all_envelopes()) {
    CAPTURE(name);
    kinds.insert(envelope.index());
    auto read = decode_envelope(encode_envelope(envelope));
    REQUIRE(read);
    EXPECT(*read == envelope);
  }
  EXPECT(kinds.size() == std::variant_size_v<EnvelopeKinds>);
}

TEST_CASE("every kind of envelope may be empty") {
  for (const auto& [name, envelope] : samples::all_envelopes()) {
    CAPTURE(name);
    Envelope empty = std::visit(
        [](const auto& value) -> Envelope { return std::decay_t<decltype(value)>(); }, envelope);
    auto read = decode_envelope(encode_envelope(empty));
    REQUIRE(read);
    EXPECT(*read == empty);
  }
}

TEST_CASE("a failure with a number from a newer program keeps the number in words") {
  Failure failure{Error{static_cast<ErrorCode>(60'000), "what it was"}};
  auto read = decode_envelope(encode_envelope(failure));
  REQUIRE(read);
  EXPECT(std::get<Failure>(*read).error == Error{ErrorCode::INTERNAL, "error 60000: what it was"});
}

TEST_CASE("an envelope reads where it stands unaligned") {
  Buffer bytes = encode_envelope(Hello{.program = "x"});
  std::string shifted = "123" + std::string(as_text(bytes));
  EXPECT(decode_envelope(as_bytes(shifted).subspan(3)));
}

TEST_CASE("an envelope cut off or overwritten is refused or read, never overrun") {
  Buffer bytes = encode_envelope(Hello{.program = "usher"});
  for (size_t size = 0; size < bytes.size(); ++size)
    (void)decode_envelope(Buffer::copy_of(bytes.bytes().first(size)));
  EXPECT(!decode_envelope(Bytes()));
  EXPECT(!decode_envelope(bytes.bytes().first(12)));
  std::string ones(64, '\xff');
  EXPECT(decode_envelope(as_bytes(ones)).error().code == ErrorCode::ENVELOPE_MALFORMED);
}

// Found by the mutation fuzzer: a list of empty structs takes no bytes, however many it has.
TEST_CASE("a list that says it is longer than what came is refused, not believed") {
  Buffer honest = encode_envelope(FetchRequest{.partitions = {FetchPartition{}}});
  std::vector<uint64_t> words(honest.size() / sizeof(uint64_t));
  std::memcpy(words.data(), honest.bytes().data(), honest.size());
  for (size_t i = 0; i < words.size(); ++i) {
    bool list_of_structs = (words[i] & 3) == 1 && (words[i] >> 32 & 7) == 7;
    if (!list_of_structs) continue;
    size_t tag = i + 1 + ((words[i] & 0xffffffff) >> 2);
    words[tag] = uint64_t{100'000} << 2;  // so many elements, of no size
    break;
  }
  auto read = decode_envelope(
      {reinterpret_cast<const std::byte*>(words.data()), words.size() * sizeof(uint64_t)});
  REQUIRE(!read);
  EXPECT(read.error().code == ErrorCode::ENVELOPE_MALFORMED);
}

TEST_CASE("two sides agree on the features of both, or say what is lacking") {
  Hello ours{.features_offered = 0b0111, .features_required = 0b0001, .program = "ours"};
  Hello theirs{.features_offered = 0b1101, .features_required = 0b0100, .program = "theirs"};
  EXPECT(agree(ours, theirs) == 0b0101u);
  theirs.features_required = 0b1000;
  EXPECT(agree(ours, theirs).error().detail ==
         "theirs requires feature bits 0x8, which this program lacks");
  theirs.features_required = 0;
  ours.features_required = 0b0010;
  EXPECT(agree(ours, theirs).error().code == ErrorCode::FEATURE_UNKNOWN);
  theirs.version = 7;
  EXPECT(agree(ours, theirs).error().detail ==
         "protocol version 7 (theirs), this program (ours) speaks 1");
}

}  // namespace
}  // namespace usher::wire

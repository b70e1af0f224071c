#include "proto/net/frame_reader.h"

#include <cstring>
#include <vector>

#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "proto/base/random.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"

namespace usher::net {
namespace {

using Stream = std::vector<std::byte>;

void append(Stream& stream, Bytes bytes) {
  stream.insert(stream.end(), bytes.begin(), bytes.end());
}

void append(Stream& stream, const wire::Frame& frame) {
  append(stream, *wire::encode_frame_header(frame));
  append(stream, frame.envelope);
  for (const Buffer& piece : frame.payload) append(stream, piece);
}

TEST_CASE("frames come out whole wherever the stream is cut") {
  Stream stream;
  append(stream, text_frame("one", 1));
  append(stream, text_frame("", 2));
  append(stream, big_frame(100, 3));
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    FrameReader reader;
    std::vector<wire::Frame> frames;
    for (Bytes part : {Bytes(stream).first(cut), Bytes(stream).subspan(cut)}) {
      while (true) {
        auto frame = reader.next(part);
        REQUIRE(frame.has_value());
        if (!*frame) break;
        frames.push_back(std::move(**frame));
      }
      REQUIRE(part.empty());
    }
    REQUIRE(frames.size() == 3);
    EXPECT(text_of(frames[0]) == "one");
    EXPECT(frames[1].request == RequestId(2));
    EXPECT(equal(payload_of(frames[2]), big_frame(100, 3).payload[0]));
  }
}

TEST_CASE("a body can be read in place, in any parts") {
  Stream stream;
  append(stream, big_frame(10'000, 1));
  append(stream, text_frame("next"));
  FrameReader reader;
  EXPECT(reader.body_space().empty());
  Bytes left = Bytes(stream);
  Bytes begin = left.first(1'000);
  EXPECT(!reader.next(begin)->has_value());
  left = left.subspan(1'000);
  EXPECT(reader.body_space().size() == 32 + 3 + 10'000 - 1'000);
  for (size_t part : {0uz, 1uz, 4'000uz, reader.body_space().size() - 4'001}) {
    std::memcpy(reader.body_space().data(), left.data(), part);
    reader.body_filled(part);
    left = left.subspan(part);
  }
  auto frame = reader.next(left);
  REQUIRE(frame->has_value());
  EXPECT(equal(payload_of(**frame), big_frame(10'000, 1).payload[0]));
  EXPECT(reader.body_space().empty());
  EXPECT(text_of(*reader.next(left).value()) == "next");
}

TEST_CASE("lengths over the limits are refused before any memory is taken for them") {
  Stream stream;
  append(stream, text_frame("text"));
  constexpr size_t kEnvelopeBytesAt = 12;
  constexpr size_t kPayloadBytesAt = 16;
  size_t at = 0;
  uint32_t length = 0;
  SUBCASE("envelope") { at = kEnvelopeBytesAt, length = limits::kEnvelopeBytes + 1; }
  SUBCASE("payload") { at = kPayloadBytesAt, length = limits::kPayloadBytes + 1; }
  SUBCASE("all of it") { at = kPayloadBytesAt, length = UINT32_MAX; }
  store_le(stream.data() + at, length);
  FrameReader reader;
  Bytes bytes = Bytes(stream).first(wire::kFrameHeaderBytes);
  auto frame = reader.next(bytes);
  REQUIRE(!frame.has_value());
  EXPECT(frame.error().code == ErrorCode::FRAME_MALFORMED);
  EXPECT(reader.body_space().empty());
}

TEST_CASE("a byte changed in header or envelope is noticed") {
  Stream stream;
  append(stream, text_frame("some words", 7));
  for (size_t i = 0; i < stream.size(); ++i) {
    Stream changed = stream;
    changed[i] ^= std::byte{0x10};
    // A longer body that does not come is not noticed until it does.
    changed.resize(changed.size() + limits::kMiB);
    FrameReader reader;
    Bytes bytes = Bytes(changed);
    auto frame = reader.next(bytes);
    CAPTURE(i);
    EXPECT((!frame.has_value() || !frame->has_value()));
  }
}

TEST_CASE("random bytes are refused, never believed") {
  Random random(11);
  for (int i = 0; i < 10'000; ++i) {
    Stream stream(200);
    for (std::byte& byte : stream) byte = std::byte(random.below(256));
    FrameReader reader;
    Bytes bytes = Bytes(stream);
    EXPECT(!reader.next(bytes).has_value());
  }
}

}  // namespace
}  // namespace usher::net

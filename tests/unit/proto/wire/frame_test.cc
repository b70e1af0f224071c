#include "proto/wire/frame.h"

#include <algorithm>

#include "proto/base/limits.h"
#include "proto/base/little_endian.h"

#include "tests/doctest.h"

namespace usher::wire {
namespace {

Frame sample() {
  return {.type = FrameType::kRequest,
          .request = RequestId(0x1122334455667788),
          .envelope = Buffer::copy_of(as_bytes("envelope")),
          .payload = {Buffer::copy_of(as_bytes("pay")), Buffer::copy_of(as_bytes("load"))}};
}

Buffer body_of(const Frame& frame) {
  std::string body(as_text(frame.envelope));
  for (const Buffer& piece : frame.payload) body += as_text(piece);
  return Buffer::copy_of(as_bytes(body));
}

TEST_CASE("a frame reads back with its pieces joined") {
  Frame sent = sample();
  auto header = encode_frame_header(sent);
  REQUIRE(header);
  auto frame = decode_frame(*header, body_of(sent));
  REQUIRE(frame);
  EXPECT(frame->type == sent.type);
  EXPECT(frame->request == sent.request);
  EXPECT(as_text(frame->envelope) == "envelope");
  REQUIRE(frame->payload.size() == 1);
  EXPECT(as_text(frame->payload[0]) == "payload");
}

TEST_CASE("a flipped bit in a frame's header or envelope is refused") {
  Frame sent = sample();
  Buffer body = body_of(sent);
  auto header = *encode_frame_header(sent);
  for (size_t at = 0; at < header.size(); ++at)
    for (int bit = 0; bit < 8; ++bit) {
      auto flipped = header;
      flipped[at] ^= std::byte(1 << bit);
      CAPTURE(at);
      EXPECT(!decode_frame(flipped, body));
    }
  for (size_t at = 0; at < sent.envelope.size(); ++at) {
    std::string flipped(as_text(body));
    flipped[at] ^= 4;
    EXPECT(!decode_frame(header, Buffer::copy_of(as_bytes(flipped))));
  }
}

TEST_CASE("lengths over the limits are refused before the body has arrived") {
  auto with = [](size_t at, uint32_t value) {
    auto header = *encode_frame_header(sample());
    store_le(header.data() + at, value);
    return decode_frame_header(header);
  };
  auto envelope = with(12, limits::kEnvelopeBytes + 1);
  REQUIRE(!envelope);
  EXPECT(envelope.error().code == ErrorCode::FRAME_MALFORMED);
  EXPECT(envelope.error().detail == "envelope of 1048577 bytes, the limit is 1048576");
  EXPECT(!with(16, limits::kPayloadBytes + 1));
  EXPECT(with(16, limits::kPayloadBytes));
}

TEST_CASE("a frame of a later format is refused with both versions") {
  auto header = *encode_frame_header(sample());
  store_le(header.data() + 8, uint16_t{2});
  auto decoded = decode_frame_header(header);
  REQUIRE(!decoded);
  EXPECT(decoded.error().code == ErrorCode::VERSION_UNSUPPORTED);
  EXPECT(decoded.error().detail == "frame format 2, this program knows 1");
}

TEST_CASE("a frame over its limits is not sent") {
  Frame frame = sample();
  frame.payload.assign(limits::kPayloadPieces + 1, Buffer::copy_of(as_bytes("x")));
  EXPECT(encode_frame_header(frame).error().code == ErrorCode::TOO_LARGE);
  frame.payload = {Buffer(OwnedBytes(limits::kPayloadBytes + 1))};
  EXPECT(encode_frame_header(frame).error().code == ErrorCode::TOO_LARGE);
}

}  // namespace
}  // namespace usher::wire

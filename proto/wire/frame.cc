#include "proto/wire/frame.h"

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"

namespace usher::wire {
namespace {

// Where the fields stand; docs/formats/frame.md draws it.
constexpr uint32_t kFrameMagic = 0x46687355;  // "UshF"
constexpr uint16_t kFrameVersion = 1;
constexpr size_t kFrameMagicAt = 0;
constexpr size_t kChecksumAt = 4;
constexpr size_t kFrameVersionAt = 8;
constexpr size_t kTypeAt = 10;
constexpr size_t kEnvelopeBytesAt = 12;
constexpr size_t kPayloadBytesAt = 16;
constexpr size_t kReservedAt = 20;
constexpr size_t kRequestAt = 24;
static_assert(kRequestAt + sizeof(uint64_t) == kFrameHeaderBytes);

// Over all of the header but magic and checksum itself, then the envelope.
uint32_t checksum_of(Bytes header, Bytes envelope) {
  return crc32c(envelope,
                crc32c(header.subspan(kFrameVersionAt, kFrameHeaderBytes - kFrameVersionAt)));
}

Result<void> check_lengths(size_t envelope_bytes, size_t payload_bytes, ErrorCode code) {
  if (envelope_bytes > limits::kEnvelopeBytes)
    return fail(code, fmt::format("envelope of {} bytes, the limit is {}", envelope_bytes,
                                  limits::kEnvelopeBytes));
  if (payload_bytes > limits::kPayloadBytes)
    return fail(code, fmt::format("payload of {} bytes, the limit is {}", payload_bytes,
                                  limits::kPayloadBytes));
  return {};
}

bool is_frame_type(uint16_t type) {
  return type >= static_cast<uint16_t>(FrameType::kHello) &&
         type <= static_cast<uint16_t>(FrameType::kMessage);
}

}  // namespace

size_t Frame::payload_bytes() const {
  size_t sum = 0;
  for (const Buffer& piece : payload) sum += piece.size();
  return sum;
}

Result<std::array<std::byte, kFrameHeaderBytes>> encode_frame_header(const Frame& frame) {
  size_t payload_bytes = frame.payload_bytes();
  TRY(check_lengths(frame.envelope.size(), payload_bytes, ErrorCode::TOO_LARGE));
  if (frame.payload.size() > limits::kPayloadPieces)
    return fail(ErrorCode::TOO_LARGE, fmt::format("payload of {} pieces, the limit is {}",
                                                  frame.payload.size(), limits::kPayloadPieces));
  std::array<std::byte, kFrameHeaderBytes> header{};
  store_le(header.data() + kFrameMagicAt, kFrameMagic);
  store_le(header.data() + kFrameVersionAt, kFrameVersion);
  store_le(header.data() + kTypeAt, static_cast<uint16_t>(frame.type));
  store_le(header.data() + kEnvelopeBytesAt, static_cast<uint32_t>(frame.envelope.size()));
  store_le(header.data() + kPayloadBytesAt, static_cast<uint32_t>(payload_bytes));
  store_le(header.data() + kRequestAt, frame.request.value());
  store_le(header.data() + kChecksumAt, checksum_of(header, frame.envelope));
  return header;
}

Result<FrameHeader> decode_frame_header(Bytes bytes) {
  if (bytes.size() < kFrameHeaderBytes)
    return fail(ErrorCode::FRAME_MALFORMED, fmt::format("{} bytes where a frame header takes {}",
                                                        bytes.size(), kFrameHeaderBytes));
  if (auto magic = load_le<uint32_t>(bytes.data() + kFrameMagicAt); magic != kFrameMagic)
    return fail(ErrorCode::FRAME_MALFORMED,
                fmt::format("a frame does not begin with {:#010x}", magic));
  if (auto version = load_le<uint16_t>(bytes.data() + kFrameVersionAt); version != kFrameVersion)
    return fail(ErrorCode::VERSION_UNSUPPORTED,
                fmt::format("frame format {}, this program knows {}", version, kFrameVersion));
  auto type = load_le<uint16_t>(bytes.data() + kTypeAt);
  if (!is_frame_type(type))
    return fail(ErrorCode::FRAME_MALFORMED, fmt::format("frame type {} does not exist", type));
  if (load_le<uint32_t>(bytes.data() + kReservedAt) != 0)
    return fail(ErrorCode::FRAME_MALFORMED, "reserved bytes are not zero");
  FrameHeader header{.type = static_cast<FrameType>(type),
                     .request = RequestId(load_le<uint64_t>(bytes.data() + kRequestAt)),
                     .envelope_bytes = load_le<uint32_t>(bytes.data() + kEnvelopeBytesAt),
                     .payload_bytes = load_le<uint32_t>(bytes.data() + kPayloadBytesAt),
                     .checksum = load_le<uint32_t>(bytes.data() + kChecksumAt)};
  TRY(check_lengths(header.envelope_bytes, header.payload_bytes, ErrorCode::FRAME_MALFORMED));
  return header;
}

Result<Frame> decode_frame(Bytes header_bytes, const Buffer& body) {
  TRY_ASSIGN(FrameHeader header, decode_frame_header(header_bytes));
  if (body.size() != header.body_bytes())
    return fail(ErrorCode::FRAME_MALFORMED, fmt::format("body of {} bytes where the header says {}",
                                                        body.size(), header.body_bytes()));
  Frame frame{.type = header.type,
              .request = header.request,
              .envelope = body.slice(0, header.envelope_bytes),
              .payload = {}};
  if (checksum_of(header_bytes, frame.envelope) != header.checksum)
    return fail(ErrorCode::FRAME_MALFORMED, "the checksum does not match");
  if (header.payload_bytes > 0)
    frame.payload.push_back(body.slice(header.envelope_bytes, header.payload_bytes));
  return frame;
}

}  // namespace usher::wire

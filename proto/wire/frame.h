// What travels on a connection: frames. A frame is a fixed header, an envelope (Cap'n Proto, says
// what is asked or answered) and a payload (raw bytes beside it: batches, never re-encoded).
// The header's checksum covers header and envelope; what travels as payload carries its own.
// docs/formats/frame.md is the format.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/ids.h"
#include "proto/base/result.h"

namespace usher::wire {

enum class FrameType : uint16_t {
  kHello = 1,    // the first frame each side sends: handshake
  kRequest = 2,  // expects one kReply with its request id
  kReply = 3,
  kMessage = 4,  // one way, expects nothing; its request id is 0
};

struct Frame {
  FrameType type = FrameType::kMessage;
  RequestId request{0};
  Buffer envelope;
  // In sending gathered from these pieces in order; as received, one piece or none.
  std::vector<Buffer> payload;

  size_t payload_bytes() const;
};

constexpr size_t kFrameHeaderBytes = 32;

struct FrameHeader {
  FrameType type = FrameType::kMessage;
  RequestId request{0};
  uint32_t envelope_bytes = 0;
  uint32_t payload_bytes = 0;
  uint32_t checksum = 0;

  // What follows the header on the wire.
  size_t body_bytes() const { return size_t{envelope_bytes} + payload_bytes; }
};

// The header for a frame to be sent; TOO_LARGE names the limit it breaks.
Result<std::array<std::byte, kFrameHeaderBytes>> encode_frame_header(const Frame& frame);

// Reads a header and refuses what can be refused before its body has arrived: magic, version, type,
// lengths over the limits. FRAME_MALFORMED or VERSION_UNSUPPORTED; the connection is of no use
// then.
Result<FrameHeader> decode_frame_header(Bytes header);

// The frame of a header and the body that arrived behind it (body_bytes() of them): checks the
// checksum, then slices without copying. `header` is the header's bytes, which the checksum covers.
Result<Frame> decode_frame(Bytes header, const Buffer& body);

}  // namespace usher::wire

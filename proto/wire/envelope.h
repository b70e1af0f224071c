// Envelopes: the Cap'n Proto part of a frame, in and out of plain values. Nothing above this folder
// sees Cap'n Proto. Decoding checks bounds, depth and sizes before it trusts anything.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::wire {

constexpr uint16_t kProtocolVersion = 1;

// What a side can do beyond the version, as bits. None yet.
constexpr uint64_t kFeatures = 0;

struct Hello {
  uint16_t version = kProtocolVersion;
  uint64_t features_offered = kFeatures;
  uint64_t features_required = 0;
  std::string program;
};

struct Failure {
  Error error;
};

using Envelope = std::variant<Hello, Failure>;

Buffer encode_envelope(const Envelope& envelope);
// ENVELOPE_MALFORMED names what is wrong. The bytes may stand unaligned.
Result<Envelope> decode_envelope(Bytes bytes);

// What both sides can do: the features of both, or why they cannot talk. VERSION_UNSUPPORTED names
// both versions; FEATURE_UNKNOWN the bits that one requires and the other lacks.
Result<uint64_t> agree(const Hello& ours, const Hello& theirs);

}  // namespace usher::wire

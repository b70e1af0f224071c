// Envelopes: the Cap'n Proto part of a frame, in and out of plain values. Nothing above this folder
// sees Cap'n Proto. Decoding checks bounds, depth and sizes before it trusts anything.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/protocol/admin.h"
#include "proto/wire/protocol/append.h"
#include "proto/wire/protocol/apps.h"
#include "proto/wire/protocol/fetch.h"
#include "proto/wire/protocol/metadata.h"
#include "proto/wire/protocol/peers.h"
#include "proto/wire/protocol/query.h"

namespace usher::wire {

constexpr uint16_t kProtocolVersion = 1;

// What a side can do beyond the version, as bits. None yet.
constexpr uint64_t kFeatures = 0;

struct Hello {
  uint16_t version = kProtocolVersion;
  uint64_t features_offered = kFeatures;
  uint64_t features_required = 0;
  std::string program;
  friend bool operator==(const Hello&, const Hello&) = default;
};

struct Failure {
  Error error;
  friend bool operator==(const Failure&, const Failure&) = default;
};

// One alternative for each request, reply and message; their values are in proto/wire/protocol/.
#define USHER_ENVELOPE(Value, NUMBER) , Value
using EnvelopeKinds = std::variant<Hello
#include "proto/wire/envelope_kinds.inc"
                                   >;
#undef USHER_ENVELOPE

// The variant itself, but copied, moved and destroyed in one file: what a compiler makes of forty
// alternatives costs a second in each file that needs it, and half the program passes envelopes on.
struct Envelope : EnvelopeKinds {
  using EnvelopeKinds::EnvelopeKinds;
  Envelope();
  ~Envelope();
  Envelope(const Envelope& other);
  Envelope(Envelope&& other) noexcept;
  Envelope& operator=(const Envelope& other);
  Envelope& operator=(Envelope&& other) noexcept;
  bool operator==(const Envelope& other) const;
};

Buffer encode_envelope(const Envelope& envelope);
// ENVELOPE_MALFORMED names what is wrong. The bytes may stand unaligned.
Result<Envelope> decode_envelope(Bytes bytes);

// What both sides can do: the features of both, or why they cannot talk. VERSION_UNSUPPORTED names
// both versions; FEATURE_UNKNOWN the bits that one requires and the other lacks.
Result<uint64_t> agree(const Hello& ours, const Hello& theirs);

}  // namespace usher::wire

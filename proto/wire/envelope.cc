#include "proto/wire/envelope.h"

#include <fmt/format.h>

#include "proto/wire/protocol/admin_codec.h"
#include "proto/wire/protocol/append_codec.h"
#include "proto/wire/protocol/apps_codec.h"
#include "proto/wire/protocol/failure_codec.h"
#include "proto/wire/protocol/fetch_codec.h"
#include "proto/wire/protocol/fields.h"
#include "proto/wire/protocol/metadata_codec.h"
#include "proto/wire/protocol/partition_codec.h"
#include "proto/wire/protocol/peers_codec.h"
#include "proto/wire/protocol/query_codec.h"
#include "proto/wire/untrusted.h"

namespace usher::wire {
namespace {

Hello read_hello(schema::Hello::Reader hello) {
  return {.version = hello.getVersion(),
          .features_offered = hello.getFeaturesOffered(),
          .features_required = hello.getFeaturesRequired(),
          .program = fields::text_of(hello.getProgram())};
}

void write_into(const Hello& hello, schema::Envelope::Builder envelope) {
  auto into = envelope.initHello();
  into.setVersion(hello.version);
  into.setFeaturesOffered(hello.features_offered);
  into.setFeaturesRequired(hello.features_required);
  into.setProgram(hello.program);
}

#define USHER_ENVELOPE(Value, NUMBER)                                   \
  void write_into(const Value& value, schema::Envelope::Builder into) { \
    write(value, into.init##Value());                                   \
  }
#include "proto/wire/envelope_kinds.inc"
#undef USHER_ENVELOPE

Result<Envelope> read_envelope(schema::Envelope::Reader envelope) {
  switch (envelope.which()) {
    case schema::Envelope::HELLO:
      return read_hello(envelope.getHello());
#define USHER_ENVELOPE(Value, NUMBER) \
  case schema::Envelope::NUMBER:      \
    return read(envelope.get##Value());
#include "proto/wire/envelope_kinds.inc"
#undef USHER_ENVELOPE
  }
  return fail(ErrorCode::ENVELOPE_MALFORMED,
              fmt::format("an envelope of kind {}", static_cast<uint16_t>(envelope.which())));
}

}  // namespace

Envelope::Envelope() = default;
Envelope::~Envelope() = default;
Envelope::Envelope(const Envelope& other) = default;
Envelope::Envelope(Envelope&& other) noexcept = default;
Envelope& Envelope::operator=(const Envelope& other) = default;
Envelope& Envelope::operator=(Envelope&& other) noexcept = default;
bool Envelope::operator==(const Envelope& other) const = default;

Buffer encode_envelope(const Envelope& envelope) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Envelope>();
  std::visit([&](const auto& value) { write_into(value, root); }, envelope);
  return buffer_of(message);
}

Result<Envelope> decode_envelope(Bytes bytes) {
  Result<Envelope> envelope;
  TRY(read_untrusted(bytes, [&](capnp::MessageReader& message) {
    envelope = read_envelope(message.getRoot<schema::Envelope>());
  }));
  return envelope;
}

Result<uint64_t> agree(const Hello& ours, const Hello& theirs) {
  if (ours.version != theirs.version)
    return fail(ErrorCode::VERSION_UNSUPPORTED,
                fmt::format("protocol version {} ({}), this program ({}) speaks {}", theirs.version,
                            theirs.program, ours.program, ours.version));
  if (uint64_t lacking = theirs.features_required & ~ours.features_offered)
    return fail(ErrorCode::FEATURE_UNKNOWN,
                fmt::format("{} requires feature bits {:#x}, which this program lacks",
                            theirs.program, lacking));
  if (uint64_t lacking = ours.features_required & ~theirs.features_offered)
    return fail(ErrorCode::FEATURE_UNKNOWN,
                fmt::format("this program requires feature bits {:#x}, which {} lacks", lacking,
                            theirs.program));
  return ours.features_offered & theirs.features_offered;
}

}  // namespace usher::wire

#include "proto/wire/envelope.h"

#include <cstring>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/wire/capnp.h"
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

Buffer encode_envelope(const Envelope& envelope) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Envelope>();
  std::visit([&](const auto& value) { write_into(value, root); }, envelope);
  kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  auto bytes = words.asBytes();
  return Buffer::copy_of({reinterpret_cast<const std::byte*>(bytes.begin()), bytes.size()});
}

Result<Envelope> decode_envelope(Bytes bytes) {
  if (bytes.size() % sizeof(capnp::word) != 0 || bytes.empty())
    return fail(ErrorCode::ENVELOPE_MALFORMED,
                fmt::format("{} bytes are not a whole number of words", bytes.size()));
  if (bytes.size() > limits::kEnvelopeBytes)
    return fail(ErrorCode::ENVELOPE_MALFORMED,
                fmt::format("{} bytes, the limit is {}", bytes.size(), limits::kEnvelopeBytes));
  // Cap'n Proto reads words where they stand; what stands between two is moved.
  kj::Array<capnp::word> moved;
  auto words = kj::arrayPtr(reinterpret_cast<const capnp::word*>(bytes.data()),
                            bytes.size() / sizeof(capnp::word));
  if (reinterpret_cast<uintptr_t>(bytes.data()) % alignof(capnp::word) != 0) {
    moved = kj::heapArray<capnp::word>(words.size());
    std::memcpy(moved.begin(), bytes.data(), bytes.size());
    words = moved;
  }
  capnp::ReaderOptions options;
  options.traversalLimitInWords = limits::kEnvelopeBytes / sizeof(capnp::word);
  options.nestingLimit = 16;
  try {
    capnp::FlatArrayMessageReader message(words, options);
    return read_envelope(message.getRoot<schema::Envelope>());
  } catch (const kj::Exception& broken) {
    return fail(ErrorCode::ENVELOPE_MALFORMED, broken.getDescription().cStr());
  }
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

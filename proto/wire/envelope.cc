#include "proto/wire/envelope.h"

#include <cstring>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/wire/capnp.h"

namespace usher::wire {
namespace {

// Text from the other side ends up in logs and messages: it is cut, not refused.
constexpr size_t kTextBytes = 1'000;

std::string text_of(capnp::Text::Reader text) {
  return std::string(text.cStr(), std::min(text.size(), kTextBytes));
}

Hello read(schema::Hello::Reader hello) {
  return {.version = hello.getVersion(),
          .features_offered = hello.getFeaturesOffered(),
          .features_required = hello.getFeaturesRequired(),
          .program = text_of(hello.getProgram())};
}

void write(const Hello& hello, schema::Envelope::Builder into) {
  auto builder = into.initHello();
  builder.setVersion(hello.version);
  builder.setFeaturesOffered(hello.features_offered);
  builder.setFeaturesRequired(hello.features_required);
  builder.setProgram(hello.program);
}

// A code from a newer program keeps its number in the detail.
Failure read(schema::Failure::Reader failure) {
  auto code = static_cast<ErrorCode>(failure.getCode());
  std::string detail = text_of(failure.getDetail());
  if (is_known(code)) return {Error{code, std::move(detail)}};
  return {Error{ErrorCode::INTERNAL, fmt::format("error {}: {}", failure.getCode(), detail)}};
}

void write(const Failure& failure, schema::Envelope::Builder into) {
  auto builder = into.initFailure();
  builder.setCode(static_cast<uint16_t>(failure.error.code));
  builder.setDetail(failure.error.detail);
}

Result<Envelope> read(schema::Envelope::Reader envelope) {
  switch (envelope.which()) {
    case schema::Envelope::HELLO:
      return read(envelope.getHello());
    case schema::Envelope::FAILURE:
      return read(envelope.getFailure());
  }
  return fail(ErrorCode::ENVELOPE_MALFORMED,
              fmt::format("an envelope of kind {}", static_cast<uint16_t>(envelope.which())));
}

}  // namespace

Buffer encode_envelope(const Envelope& envelope) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<schema::Envelope>();
  std::visit([&](const auto& kind) { write(kind, root); }, envelope);
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
    return read(message.getRoot<schema::Envelope>());
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

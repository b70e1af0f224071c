#include "proto/wire/protocol/failure_codec.h"

#include <fmt/format.h>

#include "proto/wire/protocol/fields.h"

namespace usher::wire {

// A code from a newer program keeps its number in the detail.
Failure read(schema::Failure::Reader from) {
  Error error{static_cast<ErrorCode>(from.getCode()), fields::text_of(from.getDetail()), {}};
  if (from.getHasAt()) error.at = from.getAt();
  if (!is_known(error.code)) {
    error.code = ErrorCode::INTERNAL;
    error.detail = fmt::format("error {}: {}", from.getCode(), error.detail);
  }
  return {std::move(error)};
}

void write(const Failure& value, schema::Failure::Builder into) {
  into.setCode(static_cast<uint16_t>(value.error.code));
  into.setDetail(value.error.detail);
  into.setHasAt(value.error.at.has_value());
  into.setAt(value.error.at.value_or(0));
}

}  // namespace usher::wire

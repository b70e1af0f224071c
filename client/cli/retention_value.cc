#include "client/cli/retention_value.h"

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/base/size_text.h"

namespace usher::cli {

std::string retention_text(const wire::Retention& retention) {
  if (retention.age) return usher::to_text(*retention.age);
  if (retention.bytes) return size_text(*retention.bytes);
  return "forever";
}

service::ValueType<wire::Retention> retention_value() {
  auto parse = [](std::string_view text) -> Result<wire::Retention> {
    if (text == "forever") return wire::Retention{};
    if (auto age = parse_duration(text)) return wire::Retention{.age = *age, .bytes = {}};
    if (auto bytes = parse_size(text)) return wire::Retention{.age = {}, .bytes = *bytes};
    return fail(ErrorCode::INVALID_ARGUMENT,
                fmt::format("{} is neither a time nor a size: expected one as in 7d or 10GiB, or "
                            "forever",
                            quote(text)));
  };
  return {"7d|10GiB", parse, retention_text};
}

}  // namespace usher::cli

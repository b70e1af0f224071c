#include "tools/audit/seats/dead_letter.h"

#include <charconv>

namespace usher::audit {

std::optional<DeadLetter> dead_letter_of(const wire::RecordView& record) {
  DeadLetter letter;
  bool placed = false;
  record.headers.for_each([&](const wire::Header& header) {
    std::string_view value = as_text(header.value);
    if (header.name == "usher-reason" && letter.reason.empty()) letter.reason = value;
    if (header.name == "usher-detail" && letter.detail.empty()) letter.detail = value;
    if (header.name == "usher-timer") letter.of_timer = true;
    if (header.name == "usher-offset" && !placed) {
      uint64_t offset = 0;
      placed = std::from_chars(value.begin(), value.end(), offset).ec == std::errc();
      letter.offset = Offset(offset);
    }
  });
  if (!placed || letter.reason.empty()) return std::nullopt;
  return letter;
}

}  // namespace usher::audit

// What a dead letter's headers say (docs/processors.md): which record could not be processed, and
// why.
#pragma once

#include <optional>
#include <string>

#include "proto/base/ids.h"
#include "proto/wire/record.h"

namespace usher::audit {

struct DeadLetter {
  std::string reason;
  std::string detail;
  Offset offset;
  bool of_timer = false;
  // Decided by the rules; other reasons (a step too large, an operator) are taken as stated.
  bool by_the_rules() const { return reason == "INVALID_ARGUMENT" || reason == "RECORD_MALFORMED"; }
};

// None: the headers are not there.
std::optional<DeadLetter> dead_letter_of(const wire::RecordView& record);

}  // namespace usher::audit

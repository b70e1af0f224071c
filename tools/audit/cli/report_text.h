// What `audit verify` found, as JSON and for people.
#pragma once

#include <string>

#include "tools/audit/verify.h"

namespace usher::audit {

// `state`: whether live stores were compared: "match", "differs", "unavailable".
std::string json_of(const VerifyReport& report, const Catalog& catalog, std::string_view state);
std::string text_of(const VerifyReport& report, const Catalog& catalog, std::string_view state);

}  // namespace usher::audit

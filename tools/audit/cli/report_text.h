// What `audit verify` found, as JSON and for people.
#pragma once

#include <string>

#include "tools/audit/verify.h"

namespace usher::audit {

std::string json_of(const VerifyReport& report, const Catalog& catalog);
std::string text_of(const VerifyReport& report, const Catalog& catalog);

}  // namespace usher::audit

// The file `identity` (docs/formats/identity.md).
#pragma once

#include <string>

#include "proto/base/result.h"
#include "tools/audit/dump/dump_line.h"

namespace usher::audit {

Result<void> dump_identity(DumpSink& sink, const std::string& path);

}  // namespace usher::audit

// `usher log dump`: whatever a path names of a broker's data directory, in words, a piece of a file
// at a time.
//
//     DIR ─→ identity ─→ journal/*.journal ─→ segments/SPACE-PARTITION/*.segment, *.index
//     a folder of it ─→ its files, each for itself
//     FILE ─→ by its first bytes
#pragma once

#include <string>

#include "tools/audit/dump/segment_dump.h"

namespace usher::audit {

// INVALID_ARGUMENT: nothing of the log. CONFIG_INVALID: a running program has the directory.
// IO_FAILED. Damage goes to the sink.
Result<void> dump(const std::string& path, DumpOptions options, DumpSink& sink);

}  // namespace usher::audit

// A daemon's state directory, or a copy of it, read without the daemon: what each task's store
// holds. The bytes are read as docs/formats/state.md says them, not with the processors' code.
//
//     DIR/seats-SPACE/PARTITION/   one RocksDB: 4 bytes of changelog's topic, key → value
//                                  four zeros → the stamp: how much of the log it is
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.h"
#include "tools/audit/log/merged_log.h"
#include "tools/audit/state/found_store.h"

namespace usher::audit {

// Is it such a directory?
bool has_stores(const std::string& path);
// CONFIG_INVALID: a running daemon has it. A store that cannot be read is named in `findings`.
Result<std::vector<FoundStore>> read_stores(const std::string& path, PartitionKey key,
                                            Findings& findings);

}  // namespace usher::audit

// A file of the journal: its groups from the beginning, the entries in them, and what stands behind
// the last of them. Which files are the journal, and whether it is whole, is for all files together
// to say (journal_files.h).
#pragma once

#include <string>

#include "tools/audit/dump/segment_dump.h"

namespace usher::audit {

// `alone`: the file's neighbours are not looked at: what breaks off and goes on is damage. Else it
// may be the torn end of one use over the remains of another.
Result<void> dump_journal_file(const DumpSeams& seams, const std::string& path, bool alone);

}  // namespace usher::audit

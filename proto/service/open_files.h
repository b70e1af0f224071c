// How many files and sockets this process may have open: a server needs one for each connection.
#pragma once

#include <cstdint>

namespace usher::service {

uint64_t open_files_limit();

// As many as the machine allows this process; usually the limit starts at 1,024, for the sake of
// programs that use select().
void raise_open_files_limit();

}  // namespace usher::service

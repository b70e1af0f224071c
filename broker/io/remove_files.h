// The files of a directory, gone; the directory stays.
#pragma once

#include <string>

#include "broker/io/disk.h"

namespace usher::io {

// One after the other. The first that cannot be removed is the answer, and the rest stay; what a
// crash leaves is for the next call.
void remove_files(Disk& disk, std::string directory, Done<void> done);

}  // namespace usher::io

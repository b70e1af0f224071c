// A file of zeros, every block of it written once: the first write to a block that was merely
// reserved costs the file system a commit of its own, and doubles what a sync takes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "broker/io/disk.h"

namespace usher::io {

// Opened for writing past the page cache. A file of this name is there whole, safe and of this size
// (whole sectors), or not at all: it is made as `path`.new and renamed, over what had the name. The
// writes are large, one in flight. After an error `path`.new is gone and its room is free; after a
// crash it may be there, and the next attempt replaces it.
void create_zeroed(Disk& disk, std::string path, uint64_t size, Done<std::unique_ptr<File>> done);

}  // namespace usher::io

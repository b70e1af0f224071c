// What whoever reads and writes past the page cache has to keep: whole sectors, in a file and in
// memory. To break it is a bug, so that every Disk CHECKs it, the simulated one too.
#pragma once

#include "broker/io/disk.h"
#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::io {

inline void check_range(uint64_t offset, size_t size, bool direct) {
  CHECK(size <= limits::kDiskTransferBytes);
  CHECK(!direct || (offset % kSector == 0 && size % kSector == 0), "not whole sectors");
}

inline void check_memory(const Buffer& bytes, bool direct) {
  CHECK(!direct || reinterpret_cast<uintptr_t>(bytes.data()) % kSector == 0,
        "memory is not aligned to sectors");
}

}  // namespace usher::io

#include "proto/service/large_memory.h"

#include <malloc.h>

#include "proto/base/limits.h"

namespace usher::service {

void give_back_large_memory() { ::mallopt(M_MMAP_THRESHOLD, 256 * limits::kKiB); }

}  // namespace usher::service

// Independent pieces of work on several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace usher::audit {

// Calls `work` once for each number below `count`, at most `threads` at a time; returns when all
// are done. `work` may be called from any thread.
void in_parallel(size_t count, size_t threads, const std::function<void(size_t)>& work);

}  // namespace usher::audit

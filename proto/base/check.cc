#include "proto/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace usher {

void check_failed(const char* file, int line, const char* condition, std::string_view why) {
  // stdio and nothing else: whatever broke may be the allocator or the log.
  std::fprintf(stderr, "CHECK failed: %s%s%.*s (%s:%d)\n", condition, why.empty() ? "" : ": ",
               static_cast<int>(why.size()), why.data(), file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace usher

#include "proto/service/open_files.h"

#include <sys/resource.h>

namespace usher::service {

uint64_t open_files_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_cur;
}

void raise_open_files_limit() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  // Refused: it stays as it was, and the metrics show it.
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace usher::service

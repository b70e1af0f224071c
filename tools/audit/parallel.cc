#include "tools/audit/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace usher::audit {

void in_parallel(size_t count, size_t threads, const std::function<void(size_t)>& work) {
  std::atomic<size_t> next = 0;
  auto take_turns = [&] {
    for (size_t i = next++; i < count; i = next++) work(i);
  };
  std::vector<std::jthread> others;
  for (size_t i = 1; i < std::min(count, threads); ++i) others.emplace_back(take_turns);
  take_turns();
}

}  // namespace usher::audit

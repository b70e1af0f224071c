#include "broker/io/workers.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <memory>
#include <vector>

#include "tests/doctest.h"

namespace usher::io {
namespace {

constexpr size_t kAny = 1'000;

TEST_CASE("all that was asked for is done before the workers go") {
  std::atomic<int> done = 0;
  {
    Workers workers(3);
    for (int i = 0; i < 200; ++i) EXPECT(workers.queue()->push([&] { ++done; }, kAny));
  }
  EXPECT(done == 200);
}

TEST_CASE("one worker does things in the order of asking") {
  std::vector<int> order;
  {
    Workers workers(1);
    for (int i = 0; i < 100; ++i) workers.queue()->push([&order, i] { order.push_back(i); }, kAny);
  }
  EXPECT(order.size() == 100);
  EXPECT(std::ranges::is_sorted(order));
}

TEST_CASE("several workers do several things at once") {
  std::latch all_here(3);
  Workers workers(3);
  for (int i = 0; i < 3; ++i) workers.queue()->push([&] { all_here.arrive_and_wait(); }, kAny);
  all_here.wait();
}

TEST_CASE("a queue takes no more than its limit, and nothing once it is closed") {
  std::latch begun(1);
  std::latch go_on(1);
  std::shared_ptr<JobQueue> queue;
  {
    Workers workers(1);
    queue = workers.queue();
    queue->push(
        [&] {
          begun.count_down();
          go_on.wait();
        },
        kAny);
    begun.wait();
    EXPECT(queue->push([] {}, 2));
    EXPECT(queue->push([] {}, 2));
    EXPECT(!queue->push([] {}, 2));
    EXPECT(queue->push([] {}, 3));
    go_on.count_down();
  }
  EXPECT(!queue->push([] {}, kAny));
}

}  // namespace
}  // namespace usher::io

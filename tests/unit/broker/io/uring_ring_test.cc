#include "broker/io/uring_ring.h"

#include <cerrno>
#include <functional>
#include <memory>
#include <utility>

#include <poll.h>

#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher::io {
namespace {

// Does nothing, so many times; says so.
class Nothing final : public RingOperation {
 public:
  explicit Nothing(std::function<void()> over, unsigned entries = 1, int times = 1)
      : RingOperation(entries), over_(std::move(over)), times_(times) {}

 private:
  void prepare(io_uring_sqe& first, io_uring_sqe* second) override {
    io_uring_prep_nop(&first);
    if (second) io_uring_prep_nop(second);
  }
  bool completed(int first, int second) override {
    EXPECT(first == 0);
    EXPECT(second == 0);
    if (--times_ > 0) return false;
    over_();
    return true;
  }

  std::function<void()> over_;
  int times_;
};

// Reads from no file, and does nothing behind it.
class Failure final : public RingOperation {
 public:
  explicit Failure(std::pair<int, int>& results) : RingOperation(2), results_(results) {}

 private:
  void prepare(io_uring_sqe& first, io_uring_sqe* second) override {
    io_uring_prep_read(&first, -1, nullptr, 0, 0);
    io_uring_prep_nop(second);
  }
  bool completed(int first, int second) override {
    results_ = {first, second};
    return true;
  }

  std::pair<int, int>& results_;
};

std::unique_ptr<UringRing> make_ring() {
  auto ring = UringRing::create();
  REQUIRE(ring.has_value());
  return std::move(*ring);
}

bool run_until(UringRing& ring, const std::function<bool()>& done) {
  while (!done()) {
    pollfd watched{ring.event_fd(), POLLIN, 0};
    if (::poll(&watched, 1, 10'000) != 1) return false;
    ring.on_readable();
  }
  return true;
}

TEST_CASE("more than the ring has entries waits its turn, and all of it ends") {
  auto ring = make_ring();
  size_t over = 0;
  constexpr size_t kMany = 5 * limits::kRingEntries;
  for (size_t i = 0; i < kMany; ++i)
    EXPECT(ring->submit(std::make_unique<Nothing>([&] { ++over; }, 1 + i % 2)));
  EXPECT(over == 0);
  EXPECT(run_until(*ring, [&] { return over == kMany; }));
}

TEST_CASE("a ring refuses what is over its limit, and takes more when there is room") {
  auto ring = make_ring();
  size_t taken = 0;
  size_t over = 0;
  while (taken < 2 * limits::kDiskQueue && ring->submit(std::make_unique<Nothing>([&] { ++over; })))
    ++taken;
  EXPECT(taken == limits::kRingEntries + limits::kDiskQueue);
  EXPECT(run_until(*ring, [&] { return over > 0; }));
  EXPECT(ring->submit(std::make_unique<Nothing>([&] { ++over; })));
  EXPECT(run_until(*ring, [&] { return over == taken + 1; }));
}

TEST_CASE("an operation that wants to be prepared again is, as often as it likes") {
  auto ring = make_ring();
  bool over = false;
  ring->submit(std::make_unique<Nothing>([&] { over = true; }, 2, 1'000));
  EXPECT(run_until(*ring, [&] { return over; }));
}

TEST_CASE("a ring that goes waits for what it was given, also for what had to wait") {
  size_t over = 0;
  {
    auto ring = make_ring();
    for (size_t i = 0; i < 3 * limits::kRingEntries; ++i)
      ring->submit(std::make_unique<Nothing>([&] { ++over; }, 1, 3));
  }
  EXPECT(over == 3 * limits::kRingEntries);
}

TEST_CASE("where the first of two entries fails, the second does not run") {
  auto ring = make_ring();
  std::pair<int, int> results;
  ring->submit(std::make_unique<Failure>(results));
  EXPECT(run_until(*ring, [&] { return results.first != 0; }));
  EXPECT(results == std::pair(-EBADF, -ECANCELED));
}

TEST_CASE("an operation may submit another, and may destroy the ring") {
  auto ring = make_ring();
  int over = 0;
  for (int i = 0; i < 10; ++i) ring->submit(std::make_unique<Nothing>([&] { ++over; }));
  ring->submit(std::make_unique<Nothing>([&] {
    ring->submit(std::make_unique<Nothing>([&] {
      ring.reset();
      ++over;
    }));
  }));
  for (int i = 0; i < 10; ++i) ring->submit(std::make_unique<Nothing>([&] { ++over; }, 2, 5));
  while (ring) {
    pollfd watched{ring->event_fd(), POLLIN, 0};
    REQUIRE(::poll(&watched, 1, 10'000) == 1);
    ring->on_readable();
  }
  EXPECT(over == 21);
}

}  // namespace
}  // namespace usher::io

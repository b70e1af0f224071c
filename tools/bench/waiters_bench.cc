// bench_waiters [COUNT]: what callers cost who wait at a task for a key that is not there yet:
// their memory, and that each is answered or told that its time is up. One thread, a log in memory,
// a clock moved by hand; half of the keys come.
#include <fstream>

#include <fmt/format.h>

#include "processors/test_driver.h"
#include "proto/base/check.h"
#include "tools/bench/exchange_app.h"

namespace usher::bench {
namespace {

constexpr uint64_t kPageBytes = 4096;
constexpr Duration kWait = 30s;

uint64_t resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  uint64_t pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * kPageBytes;
}

std::string key_of(uint64_t i) { return fmt::format("key-{:032}", i); }

struct Outcomes {
  uint64_t found = 0;
  uint64_t time_up = 0;
  uint64_t failed = 0;
};

void run(uint64_t count) {
  processors::TestDriver app{exchange_app(), exchange_space()};
  Outcomes outcomes;
  auto ask = [&](uint64_t i) {
    processors::Query query{.store = kKept, .key = key_of(i)};
    query.wait_max = kWait;
    query.is_enough = [](const std::optional<std::string>& found) { return found.has_value(); };
    app.task().query(std::move(query), [&outcomes](Result<processors::QueryAnswer> answer) {
      if (!answer)
        ++outcomes.failed;
      else if (answer->value)
        ++outcomes.found;
      else
        ++outcomes.time_up;
    });
  };
  // What the first ones take that the others do not.
  for (uint64_t i = 0; i < 100; ++i) ask(count + i);
  app.advance(1s);
  uint64_t before = resident_bytes();
  for (uint64_t i = 0; i < count; ++i) ask(i);
  app.advance(1s);
  uint64_t waiting = resident_bytes();
  for (uint64_t i = 0; i < count; i += 2) app.send("in", key_of(i), "it came");
  uint64_t answered = outcomes.found;
  app.advance(kWait);
  fmt::print("{} callers wait: {:.0f} B each\n", count,
             static_cast<double>(waiting - before) / static_cast<double>(count));
  fmt::print(
      "{} answered when their key came, {} told that their time is up, {} refused, {} left\n",
      answered, outcomes.time_up, outcomes.failed,
      count + 100 - outcomes.found - outcomes.time_up - outcomes.failed);
  CHECK(outcomes.found == (count + 1) / 2 && outcomes.failed == 0, "nobody is forgotten");
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  int count = argc > 1 ? std::atoi(argv[1]) : 10'000;
  if (argc > 2 || count <= 0) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: usage: bench_waiters [COUNT]\n");
    return 2;
  }
  usher::bench::run(static_cast<uint64_t>(count));
}

#include "proto/service/signal_thread.h"

#include <atomic>
#include <csignal>
#include <semaphore>

#include <unistd.h>

#include "proto/base/system_clock.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

// Two signals that come before the thread has looked are one: a test sends the next when it has
// seen the last. That a second SIGTERM ends the process is for tests/system.
TEST_CASE("SIGHUP reopens each time, SIGTERM stops once, and the actions run on another thread") {
  SystemClock clock;
  std::atomic<int> reopened = 0;
  std::atomic<int> stopped = 0;
  std::atomic<bool> elsewhere = false;
  std::binary_semaphore acted{0};
  auto here = gettid();
  SignalThread signals(clock, {.on_stop =
                                   [&] {
                                     ++stopped;
                                     acted.release();
                                   },
                               .on_reopen =
                                   [&] {
                                     ++reopened;
                                     elsewhere = gettid() != here;
                                     acted.release();
                                   }});
  for (int signal : {SIGHUP, SIGHUP, SIGTERM, SIGHUP}) {
    REQUIRE(kill(getpid(), signal) == 0);
    acted.acquire();
  }
  EXPECT(reopened == 3);
  EXPECT(stopped == 1);
  EXPECT(elsewhere);
}

TEST_CASE("a signal thread that nothing happened to ends") {
  SystemClock clock;
  SignalThread signals(
      clock, {.on_stop = [] { FAIL("nobody asked"); }, .on_reopen = [] { FAIL("nobody asked"); }});
}

}  // namespace
}  // namespace usher::service

// What crosses threads: posting to a scheduler and stopping it. Runs under the thread sanitizer
// too.
#include <atomic>
#include <thread>
#include <vector>

#include "proto/base/system_clock.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/asio_transport.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"

namespace usher::net {
namespace {

TEST_CASE("what many threads post runs on the scheduler's thread, in the order of each") {
  constexpr size_t kThreads = 4;
  constexpr int kPosts = 5'000;
  SystemClock clock;
  AsioScheduler scheduler(clock);
  std::vector<int> next(kThreads, 0);
  int out_of_order = 0;
  int ran = 0;
  std::thread::id runs_on;
  std::thread runs([&] {
    runs_on = std::this_thread::get_id();
    scheduler.run();
  });
  std::vector<std::thread> posts;
  for (size_t thread = 0; thread < kThreads; ++thread)
    posts.emplace_back([&, thread] {
      for (int i = 0; i < kPosts; ++i)
        scheduler.post([&, thread, i] {
          if (next[thread]++ != i || std::this_thread::get_id() != runs_on) ++out_of_order;
          if (++ran == kPosts * static_cast<int>(kThreads)) scheduler.stop();
        });
    });
  for (std::thread& thread : posts) thread.join();
  runs.join();
  EXPECT(ran == kPosts * static_cast<int>(kThreads));
  EXPECT(out_of_order == 0);
}

TEST_CASE("a scheduler with nothing to do runs until another thread stops it") {
  SystemClock clock;
  AsioScheduler scheduler(clock);
  std::atomic<bool> returned = false;
  std::thread runs([&] {
    scheduler.run();
    returned = true;
  });
  std::atomic<bool> reached = false;
  scheduler.post([&] { reached = true; });
  while (!reached) std::this_thread::yield();
  EXPECT(!returned);
  scheduler.stop();
  runs.join();
}

TEST_CASE("a stop ends one run, also one that has not begun; what waits is kept for the next") {
  SystemClock clock;
  AsioScheduler scheduler(clock);
  int ran = 0;
  scheduler.after(Duration::zero(), [&] {
    ++ran;
    scheduler.stop();
  });
  scheduler.after(Duration::zero(), [&] {
    ++ran;
    scheduler.stop();
  });
  scheduler.stop();
  scheduler.run();
  EXPECT(ran == 0);
  scheduler.run();
  EXPECT(ran == 1);
  scheduler.run();
  EXPECT(ran == 2);
}

TEST_CASE("two programs on two threads talk over TCP") {
  constexpr size_t kFrames = 200;
  SystemClock clock;
  AsioScheduler server_scheduler(clock);
  AsioScheduler client_scheduler(clock);
  AsioTransport server_transport(server_scheduler);
  AsioTransport client_transport(client_scheduler);
  Recorder server;
  Recorder client;
  auto listener = server_transport.listen(
      {"127.0.0.1", 0}, [&](auto connection) { server.own(std::move(connection)); });
  REQUIRE(listener.has_value());
  server.when_frame = [&] {
    EXPECT(server.connection->send(wire::Frame(server.frames.back())).has_value());
  };
  client.when_frame = [&] {
    if (client.frames.size() == kFrames) client_scheduler.stop();
  };
  client.own(client_transport.connect((*listener)->local()));
  for (uint64_t i = 0; i < kFrames; ++i)
    EXPECT(client.connection->send(big_frame(1'000 * (i % 50), i)).has_value());
  std::thread serves([&] { server_scheduler.run(); });
  std::thread asks([&] { client_scheduler.run(); });
  asks.join();
  server_scheduler.stop();
  serves.join();
  REQUIRE(client.frames.size() == kFrames);
  for (uint64_t i = 0; i < kFrames; ++i) EXPECT(client.frames[i].request == RequestId(i));
}

}  // namespace
}  // namespace usher::net

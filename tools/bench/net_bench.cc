// bench_net: request and reply over loopback TCP, a server and a client on a thread each. What 64
// requests of 16 KiB in flight carry each way, and what one small request after the other takes.
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/histogram.h"
#include "proto/base/system_clock.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/asio_transport.h"
#include "proto/net/channel.h"
#include "proto/net/request_server.h"

namespace usher::bench {
namespace {

using namespace net;

class Echo final : public RequestHandler {
 public:
  void on_request(const Peer&, Message request, Responder responder) override {
    responder.reply(std::move(request));
  }
  void on_message(const Peer&, Message) override {}
};

// Keeps so many requests in flight for a time.
class Load {
 public:
  struct Shape {
    size_t in_flight;
    size_t payload_bytes;
    Duration time;
  };
  Load(Channel& channel, AsioScheduler& scheduler, Shape shape)
      : channel_(channel),
        scheduler_(scheduler),
        shape_(shape),
        payload_(Buffer(OwnedBytes(shape.payload_bytes))) {}

  void run() {
    begin_ = now();
    for (size_t i = 0; i < shape_.in_flight; ++i) ask();
    scheduler_.run();
  }
  double per_second() const { return static_cast<double>(took_.count()) / seconds_; }
  double bytes_per_second() const {
    return per_second() * static_cast<double>(shape_.payload_bytes);
  }
  double us(double percent) const {
    return static_cast<double>(took_.percentile(percent)) / 1'000.0;
  }

 private:
  MonotonicTime now() const { return scheduler_.clock().monotonic(); }
  void ask() {
    Message request{wire::Hello{}, {}};
    if (!payload_.empty()) request.payload.push_back(payload_);
    ++asked_;
    auto taken = channel_.request(std::move(request), 10s, [this, at = now()](auto answer) {
      CHECK(answer.has_value());
      MonotonicTime answered = now();
      took_.record(static_cast<uint64_t>((answered - at).count()));
      --asked_;
      if (answered - begin_ < shape_.time) return ask();
      seconds_ = std::chrono::duration<double>(answered - begin_).count();
      if (asked_ == 0) scheduler_.stop();
    });
    CHECK(taken.has_value());
  }

  Channel& channel_;
  AsioScheduler& scheduler_;
  Shape shape_;
  Buffer payload_;
  Histogram took_;
  MonotonicTime begin_;
  size_t asked_ = 0;
  double seconds_ = 1;
};

// The server on its own thread, for as long as this lives.
class Served {
 public:
  Served() : server_(transport_, scheduler_, {}, echo_) {
    auto listening = server_.listen({"127.0.0.1", 0});
    CHECK(listening.has_value());
    address_ = *listening;
    thread_ = std::thread([this] { scheduler_.run(); });
  }
  ~Served() {
    scheduler_.stop();
    thread_.join();
  }
  const Endpoint& address() const { return address_; }

 private:
  SystemClock clock_;
  AsioScheduler scheduler_{clock_};
  AsioTransport transport_{scheduler_};
  Echo echo_;
  RequestServer server_;
  Endpoint address_;
  std::thread thread_;
};

void print(std::string_view what, const Load& load, bool json) {
  if (json)
    fmt::print(
        "{{\"bench\":\"net\",\"what\":\"{}\",\"per_second\":{:.0f},\"bytes_per_second\":{:.0f},"
        "\"latency_us\":{{\"p50\":{:.1f},\"p99\":{:.1f}}}}}\n",
        what, load.per_second(), load.bytes_per_second(), load.us(50), load.us(99));
  else
    fmt::print("{:<28}{:>10.0f}/s  {:>6.2f} GB/s each way  p50 {:>7.1f} us  p99 {:>7.1f} us\n",
               what, load.per_second(), load.bytes_per_second() / 1e9, load.us(50), load.us(99));
}

void measure(bool json) {
  Served served;
  SystemClock clock;
  AsioScheduler scheduler(clock);
  AsioTransport transport(scheduler);
  Channel channel(transport, scheduler, Random(1), served.address(), {});
  auto run = [&](std::string_view what, Load::Shape shape) {
    Load load(channel, scheduler, shape);
    load.run();
    print(what, load, json);
  };
  Load(channel, scheduler, {64, 16 * limits::kKiB, 500ms}).run();
  run("64 in flight of 16 KiB", {64, 16 * limits::kKiB, 3s});
  run("64 in flight of no bytes", {64, 0, 3s});
  run("one at a time of no bytes", {1, 0, 3s});
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  bool json = argc == 2 && std::string_view(argv[1]) == "--json";
  if (argc > 1 && !json) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: {}; usage: bench_net [--json]\n", argv[1]);
    return 2;
  }
  usher::bench::measure(json);
}

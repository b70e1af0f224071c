// bench_restart [DIR [GIB [ROUNDS]]]: how long after a SIGKILL until the log is served again? A
// child with the production journal, segments and partition is filled, killed under load, and
// started again: from exec to the first fetch answered at the last offset that was acknowledged.
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/wire/batch_builder.h"
#include "tools/bench/child.h"
#include "tools/bench/partition_group.h"

namespace usher::bench {
namespace {

constexpr size_t kInFlight = 64;
constexpr size_t kBatchBytes = 64 * limits::kKiB;

wire::Batch batch_of_records() {
  wire::BatchBuilder builder;
  std::string value(1000, 'v');
  for (size_t bytes = 0; bytes < kBatchBytes; bytes += 1000)
    CHECK(
        builder.add(TopicId(20), {.key = {}, .value = as_bytes(value), .headers = {}}).has_value());
  return builder.finish(wire::NoGuard{});
}

// Appends for ever, as far as a broker lets clients in; a line for every 16 MiB acknowledged: the
// offset, and the bytes stored.
class Filling {
 public:
  explicit Filling(const std::string& directory)
      : group_(reactor_, directory, 1), batch_(batch_of_records()) {}
  void run() {
    for (size_t i = 0; i < kInFlight; ++i) append();
    reactor_.run();
  }

 private:
  bool may_append() { return group_.leader()->tail().bytes() <= 2 * limits::kTailCacheBytes; }

  void append() {
    if (!may_append()) {
      reactor_.scheduler().after(1ms, [this] { append(); });
      return;
    }
    group_.leader()->append(batch_, [this](Result<partition::Receipt> receipt) {
      if (!receipt) {
        reactor_.scheduler().after(1ms, [this] { append(); });
        return;
      }
      acknowledged_ = std::max(acknowledged_, receipt->end);
      bytes_ += kBatchBytes;
      if (bytes_ >= 16 * limits::kMiB) {
        bytes_ = 0;
        fmt::print("{} {}\n", acknowledged_.value(), group_.leader()->segments()->bytes());
        std::fflush(stdout);
      }
      append();
    });
  }

  Reactor reactor_;
  PartitionGroup group_;
  wire::Batch batch_;
  Offset acknowledged_;
  uint64_t bytes_ = 0;
};

// Prints a line once the offset is served.
void serve(const std::string& directory, Offset offset) {
  Reactor reactor;
  PartitionGroup group(reactor, directory, 1);
  group.leader()->wait_above(offset, false, [&] {
    group.leader()->fetch({.from = offset, .continues = {}, .topics = {}, .bytes_max = 1},
                          [&](Result<partition::FetchAnswer> answer) {
                            bool served =
                                answer && !answer->batches.empty() && answer->scanned > offset;
                            fmt::print("{}\n", served ? "served" : "lost");
                            std::fflush(stdout);
                            reactor.stop();
                          });
  });
  reactor.run();
}

int measure(const std::string& directory, uint64_t bytes, int rounds) {
  SystemClock clock;
  std::vector<double> seconds;
  for (int round = 0; round < rounds; ++round) {
    Child filling({"fill", directory});
    unsigned long long offset = 0;
    unsigned long long stored = 0;
    // In each round some more than the journal keeps.
    uint64_t until = bytes + static_cast<uint64_t>(round) * 256 * limits::kMiB;
    while (stored < until) {
      auto line = filling.line();
      if (!line || std::sscanf(line->c_str(), "%llu %llu", &offset, &stored) != 2) return 1;
    }
    filling.kill();
    MonotonicTime begin = clock.monotonic();
    Child serving({"serve", directory, std::to_string(offset - 1)});
    auto line = serving.line();
    seconds.push_back(std::chrono::duration<double>(clock.monotonic() - begin).count());
    fmt::print("{:.1f} GiB in segments, killed under load: {} after {:.2f} s\n",
               double(stored) / double(1024 * limits::kMiB), line ? *line : "died", seconds.back());
    std::fflush(stdout);
    if (line != "served") return 1;
  }
  fmt::print("median {:.2f} s (at most 3)\n", percentile(seconds, 50));
  return 0;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  using namespace usher;
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "fill") {
    bench::Filling(words[1]).run();
    return 0;
  }
  if (words.size() == 3 && words[0] == "serve") {
    bench::serve(words[1], Offset(std::stoull(words[2])));
    return 0;
  }
  int gib = words.size() > 1 ? std::atoi(words[1].c_str()) : 10;
  int rounds = words.size() > 2 ? std::atoi(words[2].c_str()) : 3;
  if (words.size() > 3 || gib <= 0 || rounds <= 0) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: usage: bench_restart [DIR [GIB [ROUNDS]]]\n");
    return 2;
  }
  std::string directory = (words.empty() ? std::string(".") : words[0]) + "/bench-restart";
  std::filesystem::remove_all(directory);
  int result = bench::measure(directory, static_cast<uint64_t>(gib) * 1024 * limits::kMiB, rounds);
  std::filesystem::remove_all(directory);
  return result;
}

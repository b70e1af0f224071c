// bench_partition [DIR [SECONDS]]: one partition with three production replicas in one thread:
// in-memory links, a real directory each with journal and segments. Batches of 16 KiB of records of
// 100 B, 64 in flight, answered when a majority has them on disk; segments are written and the
// journals recycled meanwhile. Held against `bench_floor DIR SECONDS twice`.
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/wire/batch_builder.h"
#include "tools/bench/partition_group.h"

namespace usher::bench {
namespace {

constexpr size_t kInFlight = 64;

class Load {
 public:
  Load(Reactor& reactor, PartitionGroup& group) : reactor_(reactor), group_(group) {
    wire::BatchBuilder builder;
    std::string value(100, 'v');
    for (bytes_ = 0; bytes_ + 100 <= 16 * limits::kKiB; bytes_ += 100, ++records_)
      CHECK(builder.add(TopicId(20), {.key = {}, .value = as_bytes(value), .headers = {}})
                .has_value());
    batch_ = builder.finish(wire::NoGuard{});
  }

  void run(Duration time, bool quiet) {
    us_.clear();
    begin_ = reactor_.now();
    time_ = time;
    for (size_t i = 0; i < kInFlight; ++i) append();
    reactor_.run();
    double seconds = std::chrono::duration<double>(reactor_.now() - begin_).count();
    if (quiet) return;
    double per_second = double(us_.size()) / seconds;
    fmt::print(
        "{:.1f} MB/s ({:.2f} M records/s of 100 B), p50 {:.0f} us, p99 {:.0f} us, {} "
        "refused\n",
        per_second * double(bytes_) / 1e6, per_second * double(records_) / 1e6, percentile(us_, 50),
        percentile(us_, 99), refused_);
  }

 private:
  void append() {
    partition::Partition* leader = group_.leader();
    if (!leader) {
      reactor_.scheduler().after(1ms, [this] { append(); });
      return;
    }
    ++outstanding_;
    leader->append(*batch_, [this, at = reactor_.now()](Result<partition::Receipt> receipt) {
      --outstanding_;
      MonotonicTime now = reactor_.now();
      if (receipt)
        us_.push_back(std::chrono::duration<double, std::micro>(now - at).count());
      else
        ++refused_;
      if (now - begin_ < time_) {
        if (receipt) return append();
        reactor_.scheduler().after(1ms, [this] { append(); });
        return;
      }
      if (outstanding_ == 0) reactor_.stop();
    });
  }

  Reactor& reactor_;
  PartitionGroup& group_;
  std::optional<wire::Batch> batch_;
  size_t bytes_ = 0;
  size_t records_ = 0;
  size_t outstanding_ = 0;
  uint64_t refused_ = 0;
  Duration time_{};
  MonotonicTime begin_;
  std::vector<double> us_;
};

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  int seconds = argc > 2 ? std::atoi(argv[2]) : 10;
  if (argc > 3 || seconds <= 0) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: usage: bench_partition [DIR [SECONDS]]\n");
    return 2;
  }
  std::string directory = (argc > 1 ? std::string(argv[1]) : ".") + "/bench-partition";
  std::filesystem::remove_all(directory);
  {
    usher::bench::Reactor reactor;
    usher::bench::PartitionGroup group(reactor, directory, 3);
    usher::bench::Load load(reactor, group);
    using namespace std::chrono_literals;
    load.run(2s, true);
    load.run(std::chrono::seconds(seconds), false);
  }
  std::filesystem::remove_all(directory);
}

// bench_steps [DIR [SECONDS]]: one task as a daemon runs it, on a thread of its own: reads its
// partition's log, gets, puts and sends on a record under 1,000,000 keys with values of 100 B,
// keeps them in RocksDB, and appends steps with changelog to a production replica on a real disk,
// which lives on the other thread with whoever writes the inputs. Records a second, processor time
// and page faults of the task's thread, after 6,000,000 records of warm-up: RocksDB has filled its
// block cache by then.
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "processors/daemon/worker_thread.h"
#include "processors/state/rocksdb_store.h"
#include "processors/task.h"
#include "tools/bench/exchange_app.h"
#include "tools/bench/local_log.h"

namespace usher::bench {
namespace {

constexpr AppId kApp{1};
constexpr uint64_t kWarmUp = 6'000'000;
constexpr size_t kInputsPerBatch = 500;
constexpr size_t kDistinctBatches = 4'000;
constexpr size_t kInFlight = 8;
// How far the inputs may be ahead of the task.
constexpr uint64_t kAheadOffsets = 100'000;

// Of the thread that calls, or of all.
struct Usage {
  uint64_t minor_faults = 0;
  uint64_t major_faults = 0;
  uint64_t cpu_ticks = 0;  // of 10 ms

  static Usage read(const char* file) {
    std::ifstream stat(file);
    std::string line;
    std::getline(stat, line);
    std::istringstream fields(line.substr(line.rfind(')') + 2));
    std::vector<std::string> all{std::istream_iterator<std::string>(fields), {}};
    return {.minor_faults = std::stoull(all.at(7)),
            .major_faults = std::stoull(all.at(9)),
            .cpu_ticks = std::stoull(all.at(11)) + std::stoull(all.at(12))};
  }
};

// Keeps the log ahead of the task. On the reactor's thread.
class Inputs {
 public:
  Inputs(Reactor& reactor, PartitionGroup& group) : reactor_(reactor), group_(group) {
    Random random(1);
    wire::BatchBuilder builder;
    for (size_t i = 0; i < kDistinctBatches; ++i)
      batches_.push_back(exchange_inputs(random, builder, kInputsPerBatch));
  }
  void start() {
    fill();
    reactor_.scheduler().after(1ms, [this] { start(); });
  }

 private:
  bool is_far_ahead() {
    const partition::AppState* app = group_.leader()->at_end().app(kApp);
    return app && group_.leader()->at_end().end() - app->position > kAheadOffsets;
  }
  void fill() {
    while (outstanding_ < kInFlight && !is_far_ahead()) {
      ++outstanding_;
      group_.leader()->append(batches_[next_++ % batches_.size()],
                              [this](const Result<partition::Receipt>&) {
                                --outstanding_;
                                fill();
                              });
    }
  }

  Reactor& reactor_;
  PartitionGroup& group_;
  std::vector<wire::Batch> batches_;
  size_t next_ = 0;
  size_t outstanding_ = 0;
};

// The task and what is measured of it. Everything happens on the worker's thread.
class Measured {
 public:
  Measured(Scheduler& scheduler, Reactor& reactor, PartitionGroup& group, std::string directory,
           Duration time)
      : scheduler_(scheduler), reactor_(reactor), log_(scheduler, reactor, group), time_(time) {
    auto opened = state::RocksdbStore::open(directory, budget_);
    CHECK(opened.has_value());
    store_ = std::move(*opened);
    task_.emplace(scheduler, log_, *store_, exchange_app(),
                  processors::TaskOptions{.app = kApp, .member = MemberId(1)},
                  Log(std::make_shared<MemoryLogSink>(), LogOptions(), scheduler.clock()));
    task_->own(Epoch(1));
    look();
  }

 private:
  struct Figures {
    MonotonicTime at;
    processors::TaskCounts counts;
    Usage thread;
    Usage process;
  };
  Figures now() const {
    return {.at = reactor_.now(),
            .counts = task_->counts(),
            .thread = Usage::read("/proc/thread-self/stat"),
            .process = Usage::read("/proc/self/stat")};
  }
  void look() {
    CHECK(!is_over(task_->phase()), "the task goes on");
    if (!begun_ && task_->counts().inputs >= kWarmUp) begun_ = now();
    if (begun_ && reactor_.now() - begun_->at >= time_) return tell();
    scheduler_.after(10ms, [this] { look(); });
  }
  void tell() {
    Figures end = now();
    auto records = static_cast<double>(end.counts.inputs - begun_->counts.inputs);
    auto steps = static_cast<double>(end.counts.steps - begun_->counts.steps);
    double seconds = std::chrono::duration<double>(end.at - begun_->at).count();
    auto of = [&](uint64_t before, uint64_t after) {
      return static_cast<double>(after - before) / records * 100'000;
    };
    fmt::print("{:.0f} records/s for {:.0f} s, steps of {:.0f} records, {} recoveries\n",
               records / seconds, seconds, records / steps, end.counts.recoveries);
    fmt::print("processor time of the task's thread: {:.2f} us a record\n",
               of(begun_->thread.cpu_ticks, end.thread.cpu_ticks) / 10);
    fmt::print("page faults for 100,000 records: task's thread {:.1f} minor, {:.1f} major; ",
               of(begun_->thread.minor_faults, end.thread.minor_faults),
               of(begun_->thread.major_faults, end.thread.major_faults));
    fmt::print("process {:.1f} minor, {:.1f} major\n",
               of(begun_->process.minor_faults, end.process.minor_faults),
               of(begun_->process.major_faults, end.process.major_faults));
    reactor_.stop();
  }

  Scheduler& scheduler_;
  Reactor& reactor_;
  LocalLog log_;
  Duration time_;
  state::RocksdbBudget budget_{
      {.cache_bytes = 512 * limits::kMiB, .write_buffer_bytes = 256 * limits::kMiB}};
  std::unique_ptr<state::RocksdbStore> store_;
  std::optional<processors::Task> task_;
  std::optional<Figures> begun_;
};

void run(const std::string& directory, Duration time) {
  SystemClock clock;
  Reactor reactor;
  PartitionGroup group(reactor, directory, 1);
  Inputs inputs(reactor, group);
  inputs.start();
  processors::WorkerThread worker(clock);
  std::optional<Measured> measured;
  worker.scheduler().post(
      [&] { measured.emplace(worker.scheduler(), reactor, group, directory + "/state", time); });
  worker.start();
  reactor.run();
  worker.stop();
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  int seconds = argc > 2 ? std::atoi(argv[2]) : 10;
  if (argc > 3 || seconds <= 0) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: usage: bench_steps [DIR [SECONDS]]\n");
    return 2;
  }
  std::string directory = (argc > 1 ? std::string(argv[1]) : ".") + "/bench-steps";
  std::filesystem::remove_all(directory);
  usher::bench::run(directory, std::chrono::seconds(seconds));
  std::filesystem::remove_all(directory);
}

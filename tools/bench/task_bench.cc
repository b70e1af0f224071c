// bench_task: what one task does on one core: get, put and output a record, with changelog, digest
// and RocksDB, without network and log. 1,000,000 keys, values of 100 B; then the steps restored
// into an empty store. --memory takes the store in memory instead.
#include <filesystem>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "processors/executor.h"
#include "processors/follower.h"
#include "processors/state/memory_store.h"
#include "processors/state/rocksdb_store.h"
#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/base/system_clock.h"
#include "tools/bench/exchange_app.h"

namespace usher::bench {
namespace {

using namespace processors;

constexpr size_t kInputsPerBatch = 1'000;
constexpr size_t kBatches = 3'000;

// Places batches, as a partition would.
class Log {
 public:
  wire::Batch place(const wire::Batch& batch) {
    std::vector<Seq> seqs(batch.header().topics().size());
    wire::Place place{.space = SpaceId(1),
                      .partition = PartitionId(0),
                      .term = Term(1),
                      .base_offset = end_,
                      .time = WallTime(1)};
    auto header = wire::BatchHeader::decode(wire::seal(batch.header(), place, seqs, {}));
    CHECK(header.has_value());
    end_ = header->end_offset();
    return batch.with_header(std::move(*header));
  }
  Offset end() const { return end_; }

 private:
  Offset end_;
};

double seconds_since(const Clock& clock, MonotonicTime begin) {
  return std::chrono::duration<double>(clock.monotonic() - begin).count();
}

// The store, in a directory of its own that goes with it.
struct Disk {
  state::RocksdbBudget budget{
      {.cache_bytes = 512 * limits::kMiB, .write_buffer_bytes = 256 * limits::kMiB}};
  std::string path;
  std::unique_ptr<state::CommittedStore> store;

  Disk(bool memory, std::string_view name)
      : path((std::filesystem::temp_directory_path() / fmt::format("usher-bench-{}", name))
                 .string()) {
    std::filesystem::remove_all(path);
    if (memory) {
      store = std::make_unique<state::MemoryStore>();
      return;
    }
    auto opened = state::RocksdbStore::open(path, budget);
    CHECK(opened.has_value());
    store = std::move(*opened);
  }
  ~Disk() {
    store.reset();
    std::filesystem::remove_all(path);
  }
};

int run(bool memory) {
  SystemClock clock;
  Random random(1);
  Log log;
  wire::BatchBuilder builder;
  Disk disk(memory, "task");
  Executor executor(exchange_app(), *disk.store);
  InputQueue queue(executor.topology().inputs());
  std::vector<std::pair<wire::StepGuard, wire::Batch>> steps;
  state::Stamp stamp;
  Duration spent{0};
  uint64_t records = 0;
  for (size_t i = 0; i < kBatches; ++i) {
    wire::Batch batch = log.place(exchange_inputs(random, builder, kInputsPerBatch));
    MonotonicTime begin = clock.monotonic();
    CHECK(queue.push({{batch}, log.end(), Term(1), log.end()}).has_value());
    wire::StepGuard guard{};
    guard.number = stamp.next_step;
    auto taken = executor.take(queue, Offset(0), {});
    CHECK(taken.has_value() && taken->inputs == kInputsPerBatch);
    wire::Batch step = log.place(executor.finish(guard).batch);
    stamp = stamp_after(stamp, guard, log.end(), step.header().chain());
    CHECK(executor.state().commit(1, stamp).has_value());
    // The first third only fills the store.
    if (i >= kBatches / 3) {
      spent += clock.monotonic() - begin;
      records += kInputsPerBatch;
    }
    steps.emplace_back(guard, std::move(step));
  }
  fmt::print("get, put, output, commit  {:>10.0f} records/s\n",
             static_cast<double>(records) / std::chrono::duration<double>(spent).count());

  Disk empty(memory, "restored");
  Executor restored(exchange_app(), *empty.store);
  MonotonicTime begin = clock.monotonic();
  state::Stamp at;
  size_t sealed = 0;
  for (const auto& [guard, step] : steps) {
    CHECK(restored.apply(step, guard).has_value());
    at = stamp_after(at, guard, step.header().end_offset(), step.header().chain());
    if (++sealed < limits::kRestoreStepsPerWrite) continue;
    CHECK(restored.state().commit(std::exchange(sealed, 0), at).has_value());
  }
  fmt::print("restore, digest checked   {:>10.0f} changelog records/s\n",
             static_cast<double>(kBatches * kInputsPerBatch) / seconds_since(clock, begin));
  CHECK(restored.state().digest() == executor.state().digest());
  return 0;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  bool memory = argc == 2 && std::string_view(argv[1]) == "--memory";
  if (argc > 1 && !memory) {
    fmt::print(stderr, "error: INVALID_ARGUMENT: {}; usage: bench_task [--memory]\n", argv[1]);
    return 2;
  }
  return usher::bench::run(memory);
}

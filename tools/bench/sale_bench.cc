// bench_sale: what a reservation costs the task that decides it and the task's standby, on one
// core: the seats app over RocksDB, without network and log. As in a daemon some tasks take turns,
// so that none has the processor's caches for itself. Everything is processor time of the whole
// program, RocksDB's own threads too.
#include <ctime>
#include <deque>
#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/format.h>

#include "processors/apps/seats/app/app.h"
#include "processors/executor.h"
#include "processors/follower.h"
#include "processors/state/rocksdb_store.h"
#include "proto/base/check.h"
#include "proto/base/random.h"
#include "proto/seats/codec.h"
#include "proto/seats/topics.h"

namespace usher::bench {
namespace {

using namespace processors;

constexpr size_t kTasks = 20;
constexpr size_t kRequests = 400'000;
constexpr size_t kPerStep = 200;
// Steps that wait for their commit.
constexpr size_t kInFlight = 3;
// One event a task, so many seats that half of the requests are confirmed.
constexpr uint16_t kSections = 40, kRows = 10, kSeatsPerRow = 62;
constexpr std::string_view kEvent = "concert-2026";

SpaceInfo events_space() {
  SpaceInfo space{.name = std::string(seats::kSpace), .topics = {}};
  for (const seats::TopicToMake& topic : seats::topics_to_make()) {
    bool is_apps = topic.writer == seats::WrittenBy::kApp;
    space.topics.push_back({.name = std::string(topic.name),
                            .id = TopicId(static_cast<uint32_t>(20 + space.topics.size())),
                            .written_by = is_apps ? std::string(seats::kAppName) : ""});
  }
  return space;
}

// Processor time by what it was spent on.
class Spent {
 public:
  template <class Work>
  void on(double& sum, Work&& work) {
    std::clock_t begin = std::clock();
    work();
    sum += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  }
  double deciding = 0, committing = 0, applying = 0, keeping = 0;
};

// A task, its standby, and the log between them.
class Pair {
 public:
  Pair(const std::string& directory, state::RocksdbBudget& budget,
       std::shared_ptr<const Topology> topology, const SpaceInfo& space)
      : commands_(space.find(name_of(seats::Topic::kReservationCommands))->id),
        event_commands_(space.find(name_of(seats::Topic::kEventCommands))->id),
        owner_store_(opened(directory + "-owner", budget)),
        standby_store_(opened(directory + "-standby", budget)),
        owner_(topology, *owner_store_),
        standby_(std::move(topology), *standby_store_),
        queue_(owner_.topology().inputs()) {}

  void make_event(Spent& spent) {
    seats::CreateEvent create;
    for (size_t i = 0; i < kSections; ++i)
      create.sections.push_back(
          {.name = fmt::format("S{}", i), .rows = kRows, .seats_per_row = kSeatsPerRow});
    add(event_commands_, encode(seats::EventCommand{.what = create}));
    step(spent);
  }
  void sell(Random& random, size_t requests, Spent& spent) {
    for (size_t i = 0; i < requests; ++i) {
      seats::ReservationId id = seats::make_id(kEvent, log_time_, ++sold_);
      seats::Reserve reserve{.section = fmt::format("S{}", random.below(kSections)),
                             .user = fmt::format("u{}", random.below(100'000'000)),
                             .count = static_cast<uint32_t>(random.between(1, 4))};
      add(commands_, encode(seats::ReservationCommand{.id = id, .what = std::move(reserve)}));
    }
    step(spent);
  }
  void end(Spent& spent) {
    while (!in_flight_.empty()) commit_oldest(spent);
    CHECK(owner_.state().digest() == standby_.state().digest());
  }

 private:
  struct Step {
    wire::StepGuard guard;
    wire::Batch batch;
  };

  static std::unique_ptr<state::CommittedStore> opened(const std::string& directory,
                                                       state::RocksdbBudget& budget) {
    auto store = state::RocksdbStore::open(directory, budget);
    CHECK(store.has_value());
    return std::move(*store);
  }

  void add(TopicId topic, std::string_view value) {
    CHECK(builder_.add(topic, {.key = as_bytes(kEvent), .value = as_bytes(value), .headers = {}})
              .has_value());
  }

  // As a partition would place it.
  wire::Batch place(const wire::Batch& batch) {
    std::vector<Seq> seqs(batch.header().topics().size());
    log_time_ = log_time_ + 1ms;
    wire::Place place{.space = SpaceId(1),
                      .partition = PartitionId(0),
                      .term = Term(1),
                      .base_offset = end_,
                      .time = log_time_};
    auto header = wire::BatchHeader::decode(wire::seal(batch.header(), place, seqs, {}));
    CHECK(header.has_value());
    end_ = header->end_offset();
    return batch.with_header(std::move(*header));
  }

  void step(Spent& spent) {
    wire::Batch inputs = place(builder_.finish(wire::NoGuard{}));
    std::optional<Step> made;
    spent.on(spent.deciding, [&] {
      CHECK(queue_.push({{inputs}, end_, Term(1), end_}).has_value());
      CHECK(owner_.take(queue_, Offset(0), {}).has_value());
      wire::StepGuard guard{};
      guard.number = number_;
      made.emplace(guard, owner_.finish(guard).batch);
    });
    number_ = number_.next();
    in_flight_.push_back({made->guard, place(made->batch)});
    if (in_flight_.size() > kInFlight) commit_oldest(spent);
  }

  void commit_oldest(Spent& spent) {
    const Step& step = in_flight_.front();
    stamp_ = stamp_after(stamp_, step.guard, step.batch.header().end_offset(), {});
    spent.on(spent.committing, [&] { CHECK(owner_.state().commit(1, stamp_).has_value()); });
    spent.on(spent.applying, [&] { CHECK(standby_.apply(step.batch, step.guard).has_value()); });
    spent.on(spent.keeping, [&] { CHECK(standby_.state().commit(1, stamp_).has_value()); });
    in_flight_.pop_front();
  }

  TopicId commands_, event_commands_;
  std::unique_ptr<state::CommittedStore> owner_store_, standby_store_;
  Executor owner_, standby_;
  InputQueue queue_;
  wire::BatchBuilder builder_;
  std::deque<Step> in_flight_;
  Offset end_;
  WallTime log_time_{1'795'000'000'000'000};
  StepNumber number_;
  state::Stamp stamp_;
  uint64_t sold_ = 0;
};

int run() {
  std::string directory = (std::filesystem::temp_directory_path() / "usher-bench-sale").string();
  std::filesystem::remove_all(directory);
  std::filesystem::create_directories(directory);
  Spent spent;
  double all = 0;
  {
    state::RocksdbBudget budget(
        {.cache_bytes = 256 * limits::kMiB, .write_buffer_bytes = 256 * limits::kMiB});
    SpaceInfo space = events_space();
    auto topology = seats::seats_app(space);
    CHECK(topology.has_value());
    std::vector<std::unique_ptr<Pair>> tasks;
    for (size_t i = 0; i < kTasks; ++i)
      tasks.push_back(
          std::make_unique<Pair>(fmt::format("{}/{}", directory, i), budget, *topology, space));
    for (auto& task : tasks) task->make_event(spent);
    spent = Spent();
    Random random(1);
    spent.on(all, [&] {
      for (size_t sold = 0; sold < kRequests; sold += kPerStep)
        tasks[sold / kPerStep % kTasks]->sell(random, kPerStep, spent);
      for (auto& task : tasks) task->end(spent);
    });
  }
  std::filesystem::remove_all(directory);
  auto us = [](double seconds) { return seconds * 1e6 / kRequests; };
  fmt::print("us of processor time a request, steps of {}\n", kPerStep);
  fmt::print("owner    {:6.2f} decide and pack  {:6.2f} commit\n", us(spent.deciding),
             us(spent.committing));
  fmt::print("standby  {:6.2f} apply and check  {:6.2f} commit\n", us(spent.applying),
             us(spent.keeping));
  double sum = spent.deciding + spent.committing + spent.applying + spent.keeping;
  fmt::print("sum      {:6.2f}; making requests {:6.2f}\n", us(sum), us(all - sum));
  return 0;
}

}  // namespace
}  // namespace usher::bench

int main() { return usher::bench::run(); }

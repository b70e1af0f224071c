// bench_step_guard [DIR [SECONDS [ROUNDS]]]: what the step guard costs a partition: batches of 16
// KiB, 64 in flight, to one production replica on a real disk, in turn under a step guard and under
// none, the same bytes otherwise; then each once more, paced to half of what went through. Ratios
// of a round, medians of all.
#include <filesystem>

#include <fmt/format.h>

#include "proto/wire/batch_builder.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"
#include "tools/bench/partition_group.h"

namespace usher::bench {
namespace {

constexpr AppId kApp{1};
constexpr TopicId kPayload{20};
constexpr size_t kInFlight = 64;
// Of what is paced, when the disk stands still: fewer bytes than a partition takes.
constexpr size_t kInFlightMax = 256;

struct Figures {
  double per_second = 0;
  double p99_us = 0;
};

class Appends {
 public:
  Appends(Reactor& reactor, PartitionGroup& group) : reactor_(reactor), group_(group) { claim(); }

  // `pace`: how long to wait between two; 0: as many as go.
  Figures run(bool guarded, Duration time, Duration pace) {
    guarded_ = guarded;
    us_.clear();
    begin_ = due_ = reactor_.now();
    time_ = time;
    pace_ = pace;
    if (pace_ > Duration(0))
      tick();
    else
      for (size_t i = 0; i < kInFlight; ++i) append(reactor_.now());
    reactor_.run();
    double seconds = std::chrono::duration<double>(reactor_.now() - begin_).count();
    return {.per_second = double(us_.size()) / seconds, .p99_us = percentile(us_, 99)};
  }

 private:
  void claim() {
    wire::ClaimGuard guard{.app = kApp,
                           .app_version = 1,
                           .epoch = Epoch(1),
                           .member = MemberId(1),
                           .reset_to = {},
                           .settings = {}};
    wire::ClaimRecordBytes record = wire::encode_claim_record(guard);
    CHECK(builder_.add(wire::kClaimsTopic, {.key = {}, .value = Bytes(record), .headers = {}})
              .has_value());
    group_.leader()->append(builder_.finish(guard), [this](Result<partition::Receipt> receipt) {
      CHECK(receipt.has_value());
      claim_ = *receipt;
      reactor_.stop();
    });
    reactor_.run();
  }

  wire::Batch next() {
    wire::StepGuard guard{.app = kApp,
                          .timers_fired = 0,
                          .mark = wire::StepMark::kNone,
                          .epoch = Epoch(1),
                          .number = number_,
                          .from = Offset(0),
                          .to = Offset(0),
                          .witness = claim_.base,
                          .input_term = claim_.term};
    wire::StepRecordBytes record = wire::encode_step_record(guard, Digest{});
    TopicId topic = guarded_ ? wire::kStepsTopic : kPayload;
    CHECK(builder_.add(topic, {.key = {}, .value = Bytes(record), .headers = {}}).has_value());
    for (size_t bytes = 0; bytes + value_.size() <= 16 * limits::kKiB; bytes += value_.size())
      CHECK(builder_.add(TopicId(21), {.key = {}, .value = as_bytes(value_), .headers = {}})
                .has_value());
    if (!guarded_) return builder_.finish(wire::NoGuard{});
    number_ = number_.next();
    return builder_.finish(guard);
  }

  void append(MonotonicTime due) {
    ++outstanding_;
    group_.leader()->append(next(), [this, due](const Result<partition::Receipt>& receipt) {
      CHECK(receipt.has_value(), "nothing is refused");
      --outstanding_;
      MonotonicTime now = reactor_.now();
      us_.push_back(std::chrono::duration<double, std::micro>(now - due).count());
      if (pace_ == Duration(0) && now - begin_ < time_) return append(now);
      if (outstanding_ == 0 && is_all_sent(now)) reactor_.stop();
    });
  }

  bool is_all_sent(MonotonicTime now) const {
    return (pace_ == Duration(0) ? now : due_) - begin_ >= time_;
  }

  // What is late is sent at once, and its wait counts.
  void tick() {
    for (; due_ <= reactor_.now() && due_ - begin_ < time_ && outstanding_ < kInFlightMax;
         due_ = due_ + pace_)
      append(due_);
    if (due_ - begin_ < time_) reactor_.scheduler().after(50us, [this] { tick(); });
  }

  Reactor& reactor_;
  PartitionGroup& group_;
  wire::BatchBuilder builder_;
  std::string value_ = std::string(100, 'v');
  partition::Receipt claim_;
  StepNumber number_;
  bool guarded_ = false;
  size_t outstanding_ = 0;
  Duration time_{};
  Duration pace_{};
  MonotonicTime begin_;
  MonotonicTime due_;
  std::vector<double> us_;
};

void run(const std::string& directory, Duration time, int rounds) {
  Reactor reactor;
  PartitionGroup group(reactor, directory, 1);
  Appends appends(reactor, group);
  appends.run(false, 2s, Duration(0));
  std::vector<double> throughput, p99;
  for (int i = 0; i < rounds; ++i) {
    Figures off = appends.run(false, time, Duration(0));
    Figures on = appends.run(true, time, Duration(0));
    Duration pace = std::chrono::nanoseconds(static_cast<int64_t>(2e9 / off.per_second));
    Figures off_half = appends.run(false, time, pace);
    Figures on_half = appends.run(true, time, pace);
    throughput.push_back(on.per_second / off.per_second);
    p99.push_back(on_half.p99_us / off_half.p99_us);
    fmt::print(
        "batches/s off {:.0f}, on {:.0f}: {:.3f}; p99 at half load off {:.0f} us, on {:.0f} us: "
        "{:.3f}\n",
        off.per_second, on.per_second, throughput.back(), off_half.p99_us, on_half.p99_us,
        p99.back());
  }
  fmt::print("medians of {}: throughput {:.3f}, p99 at half load {:.3f}\n", rounds,
             percentile(throughput, 50), percentile(p99, 50));
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  double seconds = argc > 2 ? std::atof(argv[2]) : 5;
  int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  if (argc > 4 || seconds <= 0 || rounds <= 0) {
    fmt::print(stderr,
               "error: INVALID_ARGUMENT: usage: bench_step_guard [DIR [SECONDS [ROUNDS]]]\n");
    return 2;
  }
  std::string directory = (argc > 1 ? std::string(argv[1]) : ".") + "/bench-step-guard";
  std::filesystem::remove_all(directory);
  usher::bench::run(directory, usher::bench::duration_of(seconds), rounds);
  std::filesystem::remove_all(directory);
}

#include "client/cli/bench_load.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace usher::cli {
namespace {

// Handed over in one go before answers are looked at.
constexpr uint64_t kBurst = 512;

}  // namespace

ProduceLoad::ProduceLoad(Session& session, LoadOptions options, BenchReport& report)
    : session_(session),
      options_(std::move(options)),
      report_(report),
      producer_(session.cluster(), options_.producer),
      value_(options_.record_bytes > 8 ? options_.record_bytes - 8 : 1, 'v') {}

void ProduceLoad::run() {
  began_ = session_.clock().monotonic();
  counts_from_ = began_ + options_.warm_up;
  ends_ = counts_from_ + options_.time;
  last_counted_ = counts_from_;
  go_soon(Duration::zero());
  while (!session_.interrupted() && !(is_over(session_.clock().monotonic()) && open_ == 0))
    session_.run_for(50ms);
  report_.seconds +=
      std::chrono::duration<double>(std::max(last_counted_, counts_from_) - counts_from_).count();
}

bool ProduceLoad::is_over(MonotonicTime now) const {
  return now >= ends_ || sent_ >= options_.most;
}

uint64_t ProduceLoad::due_by(MonotonicTime now) const {
  double seconds = std::chrono::duration<double>(now - began_).count();
  return static_cast<uint64_t>(seconds * static_cast<double>(options_.rate)) + 1;
}

void ProduceLoad::go_on() {
  go_is_posted_ = false;
  MonotonicTime now = session_.clock().monotonic();
  if (is_over(now)) {
    producer_.flush([this] { session_.stop(); });
    return;
  }
  uint64_t may = options_.rate > 0 ? due_by(now) - std::min(sent_, due_by(now))
                                   : options_.outstanding - std::min(open_, options_.outstanding);
  uint64_t burst = std::min({may, kBurst, options_.most - sent_});
  for (uint64_t i = 0; i < burst; ++i) {
    MonotonicTime due = now;
    if (options_.rate > 0)
      due = began_ + Duration(static_cast<int64_t>(static_cast<double>(sent_) * 1e9 /
                                                   static_cast<double>(options_.rate)));
    if (!send_one(due)) return producer_.when_room([this] { go_on(); });
  }
  if (options_.rate > 0 && may <= burst)
    go_soon(1ms);
  else if (burst > 0)
    go_soon(Duration::zero());
}

// The load may be over and gone by then.
void ProduceLoad::go_soon(Duration delay) {
  if (std::exchange(go_is_posted_, true)) return;
  session_.scheduler().after(delay, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) go_on();
  });
}

bool ProduceLoad::send_one(MonotonicTime due) {
  std::memcpy(key_.data(), &sent_, key_.size());
  wire::Record record{
      .key = as_bytes({key_.data(), key_.size()}), .value = as_bytes(value_), .headers = {}};
  auto sent =
      producer_.send(options_.topic, record,
                     [this, due](const Result<client::Receipt>& outcome) { take(due, outcome); });
  if (!sent) return false;
  ++sent_;
  ++open_;
  return true;
}

void ProduceLoad::take(MonotonicTime due, const Result<client::Receipt>& outcome) {
  --open_;
  MonotonicTime now = session_.clock().monotonic();
  if (!outcome) {
    ++report_.errors;
  } else if (now >= counts_from_) {
    ++report_.operations;
    report_.bytes += options_.record_bytes;
    report_.latency_ns.record(static_cast<uint64_t>((now - due).count()));
    last_counted_ = now;
  }
  if (options_.rate == 0 && open_ < options_.outstanding) go_soon(Duration::zero());
}

}  // namespace usher::cli

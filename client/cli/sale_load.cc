#include "client/cli/sale_load.h"

#include <utility>

#include "proto/base/limits.h"

namespace usher::cli {
namespace {

double in_seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

SaleLoad::SaleLoad(Session& session, SaleWay& way, SaleRequests requests, SaleLoadOptions options,
                   SaleReport& report, SeatTally& named)
    : session_(session),
      way_(way),
      requests_(requests),
      options_(std::move(options)),
      report_(report),
      named_(named) {}

Result<void> SaleLoad::run() {
  TRY(way_.start(*this));
  began_ = session_.clock().monotonic();
  counts_from_ = began_ + options_.warm_up;
  ends_ = options_.time ? counts_from_ + *options_.time : MonotonicTime(Duration::max());
  last_outcome_ = counts_from_;
  go_soon(Duration::zero());
  while (!session_.interrupted() && !failure_) {
    MonotonicTime now = session_.clock().monotonic();
    if (is_sent(now) && outstanding_ == 0) break;
    if (outstanding_ > 0 && now >= last_outcome_ + limits::kBenchOutcomePatience) break;
    session_.run_for(20ms);
  }
  report_.base.seconds = in_seconds(std::max(last_outcome_ - counts_from_, Duration::zero()));
  report_.base.errors += outstanding_;
  report_.seats_sold = named_.seats();
  report_.double_sold = named_.doubles();
  if (failure_) return fail(*failure_);
  return {};
}

MonotonicTime SaleLoad::due_of(uint64_t number) const {
  return began_ + Duration(static_cast<int64_t>(static_cast<double>(number) * 1e9 /
                                                static_cast<double>(options_.rate)));
}

void SaleLoad::go_on() {
  go_is_posted_ = false;
  MonotonicTime now = session_.clock().monotonic();
  for (size_t i = 0; i < limits::kBenchBurst; ++i) {
    if (is_sent(now) || outstanding_ >= options_.outstanding) return;
    MonotonicTime due = options_.rate > 0 ? due_of(sent_) : now;
    if (due > now) return go_soon(1ms);
    send_one(due);
  }
  go_soon(Duration::zero());
}

// The load may be over and gone by then.
void SaleLoad::go_soon(Duration delay) {
  if (std::exchange(go_is_posted_, true)) return;
  session_.scheduler().after(delay, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) go_on();
  });
}

void SaleLoad::send_one(MonotonicTime due) {
  SaleRequest what = requests_.next();
  window_.push_back({.due = due, .what = what});
  ++outstanding_;
  ++report_.requests;
  way_.send(sent_++, options_.events[what.event], what);
}

SaleLoad::Open* SaleLoad::find(uint64_t number) {
  uint64_t first = sent_ - window_.size();
  if (number < first || number >= sent_) return nullptr;
  Open& open = window_[number - first];
  return open.is_open ? &open : nullptr;
}

void SaleLoad::on_outcome(uint64_t number, Result<SaleOutcome> outcome) {
  Open* open = find(number);
  if (!open) return;
  settle(*open, !outcome || !count(open->what, *outcome));
}

// False: an outcome that does not fit what was asked for.
bool SaleLoad::count(const SaleRequest& what, const SaleOutcome& outcome) {
  switch (outcome.kind) {
    case SaleOutcome::Kind::kRejectedByLog:
      ++report_.rejected_log;
      return outcome.seats.empty();
    case SaleOutcome::Kind::kRejectedByCache:
      ++report_.rejected_cache;
      return outcome.seats.empty();
    case SaleOutcome::Kind::kConfirmed:
      break;
  }
  ++report_.accepted;
  report_.selling_seconds = in_seconds(session_.clock().monotonic() - began_);
  for (seats::Seat seat : outcome.seats) named_.add(what.event, what.section, seat);
  return outcome.seats.size() == what.seats && outcome.section == sale_section_name(what.section);
}

void SaleLoad::settle(Open& open, bool is_error) {
  MonotonicTime now = session_.clock().monotonic();
  open.is_open = false;
  --outstanding_;
  if (is_error) {
    ++report_.base.errors;
  } else if (now >= counts_from_) {
    ++report_.base.operations;
    report_.base.latency_ns.record(static_cast<uint64_t>((now - open.due).count()));
  }
  last_outcome_ = std::max(last_outcome_, now);
  while (!window_.empty() && !window_.front().is_open) window_.pop_front();
  if (!is_sent(now))
    go_soon(Duration::zero());
  else if (outstanding_ == 0)
    session_.stop();
}

void SaleLoad::on_broken(const Error& why) {
  failure_ = why;
  session_.stop();
}

}  // namespace usher::cli

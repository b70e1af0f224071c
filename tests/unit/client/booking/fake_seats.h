// The seats behind a Booking, in memory: the real rules (Hall), a log that can be down, an owner
// that can be slow or gone. One partition, virtual time.
#pragma once

#include <deque>
#include <vector>

#include "client/booking/booking.h"

#include "tests/sim/sim_scheduler.h"
#include "tests/unit/processors/apps/seats/hall.h"

namespace usher::booking {

class FakeSeats : public CommandLog, public SeatsState {
 public:
  void write(seats::Topic topic, std::string_view event, std::string value, const Trace& trace,
             Written written) override;
  void ask(Question question, Answered answered) override;
  // Level with the log at once.
  void orders_of(std::string_view user, OrdersTold told) override;

  // What has been written meanwhile is decided.
  void decide();
  template <class T>
  Result<T> wait(const std::function<void(Booking::Done<T>)>& start) {
    std::optional<Result<T>> got;
    start([&](Result<T> result) { got = std::move(result); });
    loop.run_until([&] { return got.has_value(); }, 5min);
    if (!got) return fail(ErrorCode::INTERNAL, "nobody answered");
    return std::move(*got);
  }

  sim::SimLoop loop;
  sim::SimScheduler scheduler{loop};
  seats::Hall hall;
  Booking booking{*this, *this, scheduler.clock(), Random(1)};

  // The next writes fail with it; `taken`: the command is in the log all the same.
  std::optional<Error> log_error;
  bool log_takes_it = false;
  bool owner_decides = true;
  std::optional<Error> owner_error;
  std::vector<Trace> traces;
  size_t questions = 0;

 private:
  struct Command {
    seats::Topic topic;
    std::string event;
    std::string value;
  };
  struct Parked {
    Question question;
    Answered answered;
    MonotonicTime until;
    MonotonicTime deadline;
  };
  std::optional<Result<Answer>> told(const Parked& parked) const;
  void look();

  std::deque<Command> undecided_;
  std::vector<std::shared_ptr<Parked>> parked_;
};

}  // namespace usher::booking

#include "tests/unit/client/booking/fake_seats.h"

namespace usher::booking {

void FakeSeats::write(seats::Topic topic, std::string_view event, std::string value,
                      const Trace& trace, Written written) {
  bool is_taken = !log_error || log_takes_it;
  if (is_taken) {
    traces.push_back(trace);
    undecided_.push_back({topic, std::string(event), std::move(value)});
  }
  Place place{PartitionId(0), Offset(hall.last_offset().value() + undecided_.size())};
  scheduler.after(1ms, [place, error = log_error, written = std::move(written)]() mutable {
    if (error) return written(std::unexpected(*error));
    written(place);
  });
  if (owner_decides) scheduler.after(2ms, [this] { decide(); });
}

void FakeSeats::decide() {
  for (; !undecided_.empty(); undecided_.pop_front()) {
    const Command& next = undecided_.front();
    static_cast<void>(hall.send(next.topic, next.event, next.value));
  }
  look();
}

void FakeSeats::ask(Question question, Answered answered) {
  ++questions;
  MonotonicTime now = scheduler.clock().monotonic();
  auto parked = std::make_shared<Parked>(Parked{.question = std::move(question),
                                                .answered = std::move(answered),
                                                .until = {},
                                                .deadline = {}});
  parked->until = now + parked->question.wait;
  parked->deadline = std::max(parked->until, now + 2s);
  parked_.push_back(parked);
  for (Duration later : {Duration(1ms), parked->question.wait, parked->deadline - now})
    scheduler.after(later, [this] { look(); });
}

void FakeSeats::orders_of(std::string_view user, OrdersTold told) {
  std::map<seats::ReservationId, std::string> latest;
  for (const seats::Record& record : hall.records()) {
    if (record.topic != seats::Topic::kReservationCompleted) continue;
    auto completed = seats::decode<seats::Completed>(record.value);
    if (completed && completed->changed && completed->reservation.user == user)
      latest[completed->id] = encode(completed->reservation);
  }
  Orders orders{.orders = {}, .partition = PartitionId(0), .holds_for = hall.last_offset()};
  for (auto& [id, entry] : latest)
    orders.orders.push_back({.id = id, .entry = std::move(entry), .partition = PartitionId(0)});
  scheduler.after(1ms, [this, orders = std::move(orders), told = std::move(told)]() mutable {
    if (owner_error) return told(std::unexpected(*owner_error));
    told(std::move(orders));
  });
}

std::optional<Result<Answer>> FakeSeats::told(const Parked& parked) const {
  if (owner_error) return std::unexpected(*owner_error);
  const Question& question = parked.question;
  MonotonicTime now = scheduler.clock().monotonic();
  Offset settled(hall.last_offset().value() + 1);
  auto value = hall.get(question.store, question.key);
  bool may_tell = settled >= question.at_least && (value || undecided_.empty());
  if (may_tell && (value || now >= parked.until))
    return Answer{.value = value ? std::optional(std::string(*value)) : std::nullopt,
                  .partition = PartitionId(0),
                  .holds_for = settled};
  if (now < parked.deadline) return std::nullopt;
  return fail(ErrorCode::TIMED_OUT, "the task has not caught up in time");
}

void FakeSeats::look() {
  std::vector<std::shared_ptr<Parked>> parked = parked_;
  for (const auto& one : parked) {
    auto answer = told(*one);
    if (!answer) continue;
    if (std::erase(parked_, one) == 0) continue;
    one->answered(std::move(*answer));
  }
}

}  // namespace usher::booking

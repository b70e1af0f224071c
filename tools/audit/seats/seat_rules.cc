#include "tools/audit/seats/seat_rules.h"

#include <algorithm>

#include <fmt/format.h>

#include "tools/audit/seats/dead_letter.h"

namespace usher::audit {
namespace {

std::string_view text(const std::optional<Bytes>& bytes) {
  return bytes ? as_text(*bytes) : std::string_view();
}

}  // namespace

ReservationSums& ReservationSums::operator+=(const ReservationSums& other) {
  pending += other.pending;
  confirmed += other.confirmed;
  rejected += other.rejected;
  paid += other.paid;
  cancelled += other.cancelled;
  expired += other.expired;
  duplicates += other.duplicates;
  dead_letters += other.dead_letters;
  return *this;
}

ReservationSums SeatRules::sums() const {
  ReservationSums sums = sums_;
  sums.pending =
      static_cast<uint64_t>(std::ranges::count(waiting_, true, &Command::is_reservation));
  return sums;
}

void SeatRules::report(Kind kind, Offset offset, std::string detail) {
  findings_.add({.kind = kind,
                 .space = key_.space,
                 .partition = key_.partition,
                 .offset = offset,
                 .spot = batch_ ? batch_->spot() : Spot{},
                 .detail = std::move(detail)});
}

void SeatRules::hole(Offset from, Offset to) {
  if (!blind_)
    findings_.remark(
        fmt::format("partition {}: seats are not followed behind offset {}: what stood "
                    "up to {} is missing",
                    key_.partition.value(), from.value(), to.value()));
  blind_ = true;
}

void SeatRules::take(const OpenedBatch& batch) {
  if (!std::exchange(began_, true) && batch.base() > Offset(0)) hole(Offset(0), batch.base());
  if (blind_) return;
  batch_ = &batch;
  const auto* step = batch.step();
  if (step && step->app == topics_.app) return take_step(*step, batch);
  if (step || batch.claim()) return;
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    if (auto command = topics_.command_topic(topic))
      waiting_.push_back({batch.base() + record.place, batch.time(),
                          *command == seats::Topic::kReservationCommands});
  });
}

void SeatRules::take_step(const wire::StepGuard& step, const OpenedBatch& batch) {
  answered_.clear();
  requested_.reset();
  TopicId events = topics_.of(seats::Topic::kSeatEvents);
  TopicId requests = topics_.of(seats::Topic::kReservationRequests);
  TopicId completed = topics_.of(seats::Topic::kReservationCompleted);
  batch.for_each([&](TopicId topic, const wire::RecordView& record) {
    Offset at = batch.base() + record.place;
    if (topic == events) take_event(record, at);
    if (topic == requests) take_request(record);
    if (topic == completed) take_completed(record, at, batch);
    if (topic != topics_.dead_letters) return;
    if (auto letter = dead_letter_of(record); letter && !letter->of_timer) {
      answered_.push_back({letter->offset, at});
      ++sums_.dead_letters;
    }
  });
  check_statuses(batch);
  check_outcomes(step, batch);
  batch_ = nullptr;
}

void SeatRules::take_event(const wire::RecordView& record, Offset at) {
  auto said = seats::decode<seats::SeatEvent>(text(record.value));
  if (!said) return report(Kind::kRecord, at, said.error().detail);
  answered_.push_back({said->command_offset, at});
  book_.apply(text(record.key), *said,
              [&](Fault fault) { report(fault.kind, at, std::move(fault.detail)); });
}

void SeatRules::take_request(const wire::RecordView& record) {
  auto said = seats::decode<seats::Requested>(text(record.value));
  requested_.reset();
  if (said) requested_ = std::move(*said);
}

void SeatRules::take_completed(const wire::RecordView& record, Offset at,
                               const OpenedBatch& batch) {
  auto said = seats::decode<seats::Completed>(text(record.value));
  if (!said) return report(Kind::kRecord, at, said.error().detail);
  bool expiry = said->cause == seats::Cause::kExpiry;
  if (!expiry) answered_.push_back({said->command_offset, at});
  WallTime time = expiry ? batch.time() : time_of(said->command_offset).value_or(batch.time());
  bool is_asked = requested_ && requested_->id == said->id;
  count(*said);
  book_.apply(text(record.key), *said, is_asked ? &requested_->reserve : nullptr, time,
              [&](Fault fault) { report(fault.kind, at, std::move(fault.detail)); });
  requested_.reset();
}

void SeatRules::count(const seats::Completed& said) {
  using seats::Status;
  auto sum_of = [&](Status status) -> uint64_t* {
    switch (status) {
      case Status::kConfirmed:
        return &sums_.confirmed;
      case Status::kRejected:
        return &sums_.rejected;
      case Status::kPaid:
        return &sums_.paid;
      case Status::kCancelled:
        return &sums_.cancelled;
      case Status::kExpired:
        return &sums_.expired;
      case Status::kPending:
        break;
    }
    return nullptr;
  };
  bool duplicate = said.reservation.kind == seats::EntryKind::kDuplicate;
  if (said.cause == seats::Cause::kReserve && !said.changed && said.granted && duplicate &&
      said.reservation.offset != said.command_offset)
    ++sums_.duplicates;
  if (!said.changed) return;
  if (said.cause != seats::Cause::kReserve && sums_.confirmed > 0) --sums_.confirmed;
  if (uint64_t* sum = sum_of(said.reservation.status)) ++*sum;
}

// The last counts of each section in the step are those after it.
void SeatRules::check_statuses(const OpenedBatch& batch) {
  const wire::Section* statuses = batch.section_of(topics_.of(seats::Topic::kSectionStatus));
  if (!statuses) return;
  struct Last {
    seats::SectionStatus said;
    Offset at;
  };
  std::map<std::string, Last> last;
  for (wire::SectionReader reader = statuses->read(); !reader.done();) {
    wire::RecordView record = reader.next();
    Offset at = batch.base() + record.place;
    auto said = seats::decode<seats::SectionStatus>(text(record.value));
    if (!said) {
      report(Kind::kRecord, at, said.error().detail);
      continue;
    }
    auto key = seats::section_key(text(record.key), said->section);
    last[std::move(key)] = {std::move(*said), at};
  }
  for (const auto& [key, status] : last)
    book_.check(std::string_view(key).substr(0, key.find('/')), status.said,
                [&](Fault fault) { report(fault.kind, status.at, std::move(fault.detail)); });
}

// The commands of the step's input, in their order, are what it answers, each once.
void SeatRules::check_outcomes(const wire::StepGuard& step, const OpenedBatch& batch) {
  size_t next = 0;
  while (!waiting_.empty() && waiting_.front().offset < step.to) {
    Offset command = waiting_.front().offset;
    waiting_.pop_front();
    while (next < answered_.size() && answered_[next].command < command) {
      report(Kind::kOutcome, answered_[next].at,
             fmt::format("an outcome of offset {}, where no command waits for one",
                         answered_[next].command.value()));
      ++next;
    }
    if (next < answered_.size() && answered_[next].command == command)
      ++next;
    else
      report(Kind::kOutcome, batch.base(),
             fmt::format("the command at offset {} has no outcome in "
                         "the step that consumed it",
                         command.value()));
  }
  for (; next < answered_.size(); ++next)
    report(Kind::kOutcome, answered_[next].at,
           fmt::format("an outcome of offset {}, where no command waits for one",
                       answered_[next].command.value()));
}

std::optional<WallTime> SeatRules::time_of(Offset command) const {
  auto found = std::ranges::lower_bound(waiting_, command, {}, &Command::offset);
  if (found == waiting_.end() || found->offset != command) return std::nullopt;
  return found->time;
}

}  // namespace usher::audit

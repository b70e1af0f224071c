// What must hold in every log of the seats app, whoever decided: each command has one outcome, in
// the step that consumed it, and each outcome its command; and what the outcomes say never breaks
// the seat book's rules. Independent of `decide`.
#pragma once

#include <deque>

#include "tools/audit/log/merged_log.h"
#include "tools/audit/seats/seat_book.h"
#include "tools/audit/seats/seats_topics.h"

namespace usher::audit {

// Of all reservations, as they are at the log's end.
struct ReservationSums {
  uint64_t pending = 0;  // commands that no step has consumed
  uint64_t confirmed = 0;
  uint64_t rejected = 0;
  uint64_t paid = 0;
  uint64_t cancelled = 0;
  uint64_t expired = 0;
  uint64_t duplicates = 0;
  uint64_t dead_letters = 0;

  uint64_t requests() const {
    return confirmed + rejected + paid + cancelled + expired + duplicates;
  }
  ReservationSums& operator+=(const ReservationSums& other);
};

class SeatRules final : public LogReader {
 public:
  SeatRules(PartitionKey key, SeatsTopics topics, Findings& findings)
      : key_(key), topics_(topics), findings_(findings) {}

  void take(const OpenedBatch& batch) override;
  void hole(Offset from, Offset to) override;

  // With those that wait at the end.
  ReservationSums sums() const;
  const SeatBook& book() const { return book_; }

 private:
  struct Command {
    Offset offset;
    WallTime time;
    bool is_reservation = false;
  };
  struct Answered {
    Offset command;
    Offset at;
  };
  void take_step(const wire::StepGuard& step, const OpenedBatch& batch);
  void take_event(const wire::RecordView& record, Offset at);
  void take_request(const wire::RecordView& record);
  void take_completed(const wire::RecordView& record, Offset at, const OpenedBatch& batch);
  void check_statuses(const OpenedBatch& batch);
  void check_outcomes(const wire::StepGuard& step, const OpenedBatch& batch);
  void count(const seats::Completed& said);
  std::optional<WallTime> time_of(Offset command) const;
  void report(Kind kind, Offset offset, std::string detail);

  PartitionKey key_;
  SeatsTopics topics_;
  Findings& findings_;
  SeatBook book_;
  ReservationSums sums_;
  std::deque<Command> waiting_;
  bool began_ = false;
  bool blind_ = false;

  // Of the step at hand.
  const OpenedBatch* batch_ = nullptr;
  std::vector<Answered> answered_;
  std::optional<seats::Requested> requested_;
};

}  // namespace usher::audit

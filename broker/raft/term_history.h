// A log as consensus needs it: not its batches, only where each term ends. Terms never fall along a
// log, and a term has one leader who only appends: so offset and term of one record decide all
// before.
//
//     start          ends of spans            end
//       │ term 1       │ term 4   │ term 5      │
//     ──┴──────────────┴──────────┴─────────────┴─→ offset
#pragma once

#include <optional>
#include <vector>

#include "broker/raft/types.h"

namespace usher::raft {

class TermHistory {
 public:
  struct Span {
    Term term;
    Offset end;
    friend bool operator==(const Span&, const Span&) = default;
  };

  TermHistory() = default;
  // An empty log whose records before `start` are not here: gone, or in a snapshot.
  explicit TermHistory(LogPosition start) : start_(start) {}

  LogPosition start() const { return start_; }
  LogPosition end() const;
  const std::vector<Span>& spans() const { return spans_; }

  // The term of the record before `offset`, which lies from start to end.
  Term term_before(Offset offset) const;
  // False also where the position lies outside of what is known.
  bool holds(LogPosition position) const;
  // The last position not behind `position` in offset nor above it in term: where a log that does
  // not hold `position` may still agree with one that does. A batch's boundary, if `position` is
  // one where it comes from: a term's batches are the same in every log, and its end is a boundary.
  // None: before the start, if anywhere.
  std::optional<LogPosition> last_not_above(LogPosition position) const;

  // Behind the end, in its term or a later one.
  void append(LogPosition end);
  // From start to end; a batch's boundary, as the caller knows.
  void truncate(Offset end);
  // From start to end.
  void forget_before(Offset start);

 private:
  Offset span_start(size_t index) const { return index == 0 ? start_.end : spans_[index - 1].end; }

  LogPosition start_;
  std::vector<Span> spans_;  // ascending in term and end, none empty
};

}  // namespace usher::raft

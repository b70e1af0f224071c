#include "broker/raft/term_history.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::raft {

LogPosition TermHistory::end() const {
  return spans_.empty() ? start_ : LogPosition{spans_.back().end, spans_.back().term};
}

Term TermHistory::term_before(Offset offset) const {
  CHECK(start_.end <= offset && offset <= end().end);
  if (offset == start_.end) return start_.term;
  return std::ranges::lower_bound(spans_, offset, {}, &Span::end)->term;
}

bool TermHistory::holds(LogPosition position) const {
  return start_.end <= position.end && position.end <= end().end &&
         term_before(position.end) == position.term;
}

std::optional<LogPosition> TermHistory::last_not_above(LogPosition position) const {
  for (size_t i = spans_.size(); i-- > 0;) {
    const Span& span = spans_[i];
    if (span_start(i) >= position.end || span.term > position.term) continue;
    // Inside a span of another term it may lie inside a batch.
    if (span.term < position.term && span.end > position.end) continue;
    return LogPosition{std::min(position.end, span.end), span.term};
  }
  bool is_above = start_.end > position.end || start_.term > position.term;
  return is_above ? std::nullopt : std::optional(start_);
}

void TermHistory::append(LogPosition position) {
  LogPosition last = end();
  CHECK(last.end < position.end && last.term <= position.term);
  if (!spans_.empty() && last.term == position.term)
    spans_.back().end = position.end;
  else
    spans_.push_back({position.term, position.end});
}

void TermHistory::truncate(Offset to) {
  CHECK(start_.end <= to && to <= end().end);
  while (!spans_.empty() && span_start(spans_.size() - 1) >= to) spans_.pop_back();
  if (!spans_.empty() && spans_.back().end > to) spans_.back().end = to;
}

void TermHistory::forget_before(Offset start) {
  start_ = {start, term_before(start)};
  std::erase_if(spans_, [&](const Span& span) { return span.end <= start; });
}

}  // namespace usher::raft

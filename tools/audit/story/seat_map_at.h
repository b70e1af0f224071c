// The seats of an event as they were at a place in the log: after everything up to an offset, or up
// to a time, was committed.
#pragma once

#include <variant>

#include "tools/audit/seats/seat_rules.h"

namespace usher::audit {

using PlaceOfMap = std::variant<Offset, WallTime>;

class SeatMapAt final : public LogReader {
 public:
  // `findings` outlives it.
  SeatMapAt(PartitionKey key, SeatsTopics topics, PlaceOfMap at, Findings& findings)
      : at_(at), rules_(key, topics, findings) {}

  void take(const OpenedBatch& batch) override;
  void hole(Offset from, Offset to) override { rules_.hole(from, to); }

  bool is_over() const { return is_over_; }
  // Of the last batch that is in it.
  Offset offset() const { return offset_; }
  WallTime time() const { return time_; }
  const SeatBook& book() const { return rules_.book(); }

 private:
  PlaceOfMap at_;
  SeatRules rules_;
  bool is_over_ = false;
  Offset offset_;
  WallTime time_;
};

struct SeatMapText {
  std::string event;
  const SeatMapAt& map;
};
// Rows as '.RSX', and who holds what.
std::string text_of(const SeatMapText& text);
std::string json_of(const SeatMapText& text);

}  // namespace usher::audit

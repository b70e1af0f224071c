// What this gateway knows of events and sections, from the topics seat-events and section-status:
// it answers what may be a second old, and says of a request whether the log would surely reject it
// for lack of seats. It can only ever reject. Pure: fed from outside, told the time.
//
//     section-status, seat-events ─→ take ─→ sections by event ─→ show, list, surely_sold_out
//     "level with the partition" ──→ level ─→ how old a partition's feed is
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/seats/event.h"

namespace usher::gateway {

struct CachedSection {
  uint32_t total = 0;
  uint32_t available = 0;
};

struct CachedEvent {
  PartitionId partition = {};
  seats::EventSettings settings = {};
  std::map<std::string, CachedSection, std::less<>> sections = {};
  // Of the last record that said something of it.
  Offset offset = {};
  WallTime time = {};
  // As JSON, once somebody has asked for it; gone with every change.
  mutable std::string text = {};
};

class SectionCache {
 public:
  // Older than `stale_after` a partition's feed rejects nothing.
  SectionCache(uint32_t partitions, Duration stale_after);

  // How many partitions there are, where that was not known yet.
  void expect(uint32_t partitions);

  // The records of a partition, in their order. What is older than what is known changes nothing.
  void take(PartitionId partition, std::string_view event, const seats::SeatEvent& what,
            Offset offset, WallTime time);
  void take(PartitionId partition, std::string_view event, const seats::SectionStatus& status,
            Offset offset, WallTime time);
  // What the log decided, told before its record came by; `now` stands for the log's time.
  void learn(PartitionId partition, std::string_view event, const seats::SeatEvent& what,
             WallTime now);
  // All that was committed in the partition at `as_of` has been taken.
  void level(PartitionId partition, MonotonicTime as_of);

  // Every partition was level once: the cache is loaded.
  bool loaded() const { return !level_.empty() && never_level_ == 0; }
  bool is_fresh(PartitionId partition, MonotonicTime now) const;

  bool all_fresh(MonotonicTime now) const;

  const CachedEvent* find(std::string_view event) const;
  // At most `limit` of them, by id, behind `after`.
  std::vector<std::pair<std::string, const CachedEvent*>> list(std::string_view after,
                                                               uint32_t limit) const;
  // Fewer seats are known to be there than the request asks for, and what is known is fresh.
  bool surely_sold_out(std::string_view event, std::string_view section, uint32_t seats,
                       MonotonicTime now) const;

 private:
  // None where what is known is newer.
  CachedEvent* entry(PartitionId partition, std::string_view event, Offset offset, WallTime time);

  Duration stale_after_;
  std::vector<std::optional<MonotonicTime>> level_;  // by partition
  size_t never_level_;
  std::map<std::string, CachedEvent, std::less<>> events_;
};

}  // namespace usher::gateway

#include "client/gateway/section_cache.h"

#include "proto/base/check.h"

namespace usher::gateway {

SectionCache::SectionCache(uint32_t partitions, Duration stale_after)
    : stale_after_(stale_after), level_(partitions), never_level_(partitions) {}

void SectionCache::expect(uint32_t partitions) {
  CHECK(level_.empty());
  level_.resize(partitions);
  never_level_ = partitions;
}

CachedEvent* SectionCache::entry(PartitionId partition, std::string_view event, Offset offset,
                                 WallTime time) {
  auto found = events_.find(event);
  if (found == events_.end()) found = events_.emplace(event, CachedEvent{}).first;
  CachedEvent& cached = found->second;
  if (offset < cached.offset) return nullptr;
  cached.partition = partition;
  cached.offset = offset;
  cached.time = time;
  cached.text.clear();
  return &cached;
}

void SectionCache::take(PartitionId partition, std::string_view event, const seats::SeatEvent& what,
                        Offset offset, WallTime time) {
  bool changes = what.outcome == seats::EventOutcome::kDone;
  if (!changes || !what.settings) return;
  CachedEvent* cached = entry(partition, event, offset, time);
  if (!cached) return;
  cached->settings = *what.settings;
  for (const seats::SectionShape& made : what.sections) {
    uint32_t total = uint32_t{made.rows} * made.seats_per_row;
    cached->sections.try_emplace(made.name, CachedSection{.total = total, .available = total});
  }
}

void SectionCache::take(PartitionId partition, std::string_view event,
                        const seats::SectionStatus& status, Offset offset, WallTime time) {
  if (CachedEvent* cached = entry(partition, event, offset, time))
    cached->sections[status.section] = {.total = status.total(), .available = status.available};
}

void SectionCache::learn(PartitionId partition, std::string_view event,
                         const seats::SeatEvent& what, WallTime now) {
  take(partition, event, what, what.command_offset, now);
}

void SectionCache::level(PartitionId partition, MonotonicTime as_of) {
  CHECK(partition.value() < level_.size());
  auto& level = level_[partition.value()];
  if (!level) --never_level_;
  if (!level || *level < as_of) level = as_of;
}

bool SectionCache::is_fresh(PartitionId partition, MonotonicTime now) const {
  CHECK(partition.value() < level_.size());
  const auto& level = level_[partition.value()];
  return level && now - *level <= stale_after_;
}

bool SectionCache::all_fresh(MonotonicTime now) const {
  for (uint32_t i = 0; i < level_.size(); ++i)
    if (!is_fresh(PartitionId(i), now)) return false;
  return !level_.empty();
}

const CachedEvent* SectionCache::find(std::string_view event) const {
  auto found = events_.find(event);
  return found == events_.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string, const CachedEvent*>> SectionCache::list(std::string_view after,
                                                                           uint32_t limit) const {
  std::vector<std::pair<std::string, const CachedEvent*>> page;
  for (auto at = events_.upper_bound(after); at != events_.end() && page.size() < limit; ++at)
    page.emplace_back(at->first, &at->second);
  return page;
}

bool SectionCache::surely_sold_out(std::string_view event, std::string_view section, uint32_t seats,
                                   MonotonicTime now) const {
  const CachedEvent* cached = find(event);
  if (!cached || !is_fresh(cached->partition, now)) return false;
  auto known = cached->sections.find(section);
  return known != cached->sections.end() && known->second.available < seats;
}

}  // namespace usher::gateway

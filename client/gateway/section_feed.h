// Feeds a SectionCache from the topics seat-events and section-status, from the start of every
// partition and for ever. Lives on the Cluster's Scheduler.
//
//     Consumer ─ on_records ─→ take      ─ on_progress: all there was when it was asked ─→ level
//              └ on_failed: again, from where it stood
#pragma once

#include <vector>

#include "client/consumer.h"
#include "client/gateway/section_cache.h"
#include "proto/base/log.h"

namespace usher::gateway {

class SectionFeed final : private client::ConsumerHandler {
 public:
  // Both outlive it. NOT_FOUND: the space has no such topics.
  static Result<std::unique_ptr<SectionFeed>> start(client::Cluster& cluster, SectionCache& cache,
                                                    const wire::SpaceInfo& space, Log log);

  // Records that could not be read; they were left out.
  uint64_t unreadable() const { return unreadable_; }

 private:
  struct Reading {
    Offset next;
    // When it was asked for what comes next, or before: what an answer says was so then.
    MonotonicTime asked_at;
  };
  SectionFeed(client::Cluster& cluster, SectionCache& cache, SpaceId space, Log log);
  void on_records(const client::ReadRecords& records) override;
  void on_progress(const client::Cursor& cursor, Offset commit) override;
  void on_failed(client::PartitionAt at, const Error& why) override;
  void take(PartitionId partition, const client::ReadRecord& record, WallTime time);
  void read(PartitionId partition);

  client::Cluster& cluster_;
  SectionCache& cache_;
  SpaceId space_;
  TopicId events_;
  TopicId status_;
  Log log_;
  std::vector<Reading> readings_;  // by partition
  uint64_t unreadable_ = 0;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  client::Consumer consumer_;
};

}  // namespace usher::gateway

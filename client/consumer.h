// Reads partitions in the order of their logs: long polls, one request for all partitions of a
// broker, back-pressure by pause(). A hole in a topic's seq that nobody stated is an error, not a
// surprise. Lives on the Cluster's Scheduler.
//
//     add(partition, from) ─→ Cursor ─→ fetch at the leader ─→ on_records … ─→ at until: on_end
//                                        └ moved, lost: asked again elsewhere, without a gap
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "client/cluster.h"
#include "client/fetched.h"

namespace usher::client {

struct ConsumerOptions {
  uint32_t bytes_max = limits::kFetchBytes;
  Duration wait = limits::kConsumerFetchWait;
  // A partition that nobody answers for is given up after it.
  Duration patience = limits::kRequestTimeout;
};

// Records of one batch that the consumer had not given yet.
class ReadRecords {
 public:
  ReadRecords(PartitionAt at, const ReadBatch& batch, Offset from, std::optional<Offset> until)
      : at_(at), batch_(batch), from_(from), until_(until) {}
  PartitionAt at() const { return at_; }
  WallTime time() const { return batch_.header().place().time; }
  const ReadBatch& batch() const { return batch_; }
  template <class Each>
  void for_each(Each&& each) const {
    batch_.for_each(from_, [&](const ReadRecord& record) {
      if (!until_ || record.offset < *until_) each(record);
    });
  }

 private:
  PartitionAt at_;
  const ReadBatch& batch_;
  Offset from_;
  std::optional<Offset> until_;
};

// Outlives the Consumer. In a callback partitions may be added and removed, but the Consumer may
// not be destroyed.
class ConsumerHandler {
 public:
  virtual ~ConsumerHandler() = default;
  virtual void on_records(const ReadRecords& records) = 0;
  // Everything below was looked at; `commit` is the end as the leader told it.
  virtual void on_progress(const Cursor& cursor, Offset commit) {
    static_cast<void>(cursor);
    static_cast<void>(commit);
  }
  // All below `until` was given; the partition is not read any more.
  virtual void on_end(PartitionAt at) { static_cast<void>(at); }
  // The partition is not read any more: OFFSET_GONE (at: the first offset there is), NOT_FOUND,
  // RECORDS_MISSING, BATCH_CORRUPT, or what was wrong until the patience ended.
  virtual void on_failed(PartitionAt at, const Error& why) = 0;
};

class Consumer {
 public:
  struct Start {
    PartitionAt at;
    std::vector<TopicId> topics;  // none: all
    Offset from;
    std::optional<Offset> until;
  };

  Consumer(Cluster& cluster, ConsumerHandler& handler, ConsumerOptions options = {});
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  void add(Start start);
  void remove(PartitionAt at) { readings_.erase(at); }
  size_t partitions() const { return readings_.size(); }

  // No new fetches; what is under way is still given.
  void pause() { paused_ = true; }
  void resume();

 private:
  struct Reading {
    Cursor cursor;
    std::optional<Offset> until;
    // Of the fetch it is part of; an answer to another one is late.
    uint64_t fetch = 0;
    bool is_asked = false;
    MonotonicTime not_before;
    MonotonicTime silent_since;
    uint32_t failures = 0;
    Error last_failure;
  };
  using Readings = std::map<PartitionAt, Reading>;

  void pump_soon();
  void pump();
  void fetch(BrokerId broker, const std::vector<PartitionAt>& partitions);
  void take(uint64_t fetch, BrokerId broker, const std::vector<PartitionAt>& asked,
            Result<net::Message> answer);
  Result<void> take_reply(uint64_t fetch, BrokerId broker, const wire::FetchReply& reply,
                          const Buffer& payload);
  void take_partition(Reading& reading, BrokerId broker, const wire::FetchedPartition& answer,
                      const std::vector<ReadBatch>& batches);
  void trouble(Reading& reading, BrokerId broker, const Error& why);
  Reading* find(PartitionAt at, uint64_t fetch);

  Cluster& cluster_;
  ConsumerHandler& handler_;
  ConsumerOptions options_;
  Readings readings_;
  uint64_t next_fetch_ = 1;
  bool paused_ = false;
  bool pump_is_posted_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::client

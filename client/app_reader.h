// One member of an app that only reads: joins, claims the partitions that it is to own, gives their
// records from the app's position on, and moves the position behind what was dealt with, by steps
// without outputs. Lives on the Cluster's Scheduler.
//
//     Membership ─→ task: claim ─→ position ─→ Consumer ─→ on_records ─→ step ─→ position moved
//                     └ given to another: the open step, then it is let go
//
// What was dealt with and not yet moved behind when the process dies is given again: at least once.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/consumer.h"
#include "client/membership.h"

namespace usher::client {

// Outlives the AppReader, which may not be destroyed in a callback.
class AppReaderHandler {
 public:
  virtual ~AppReaderHandler() = default;
  // Answers with the exclusive end of what was dealt with: the position moves there.
  virtual Offset on_records(const ReadRecords& records) = 0;
  // Retention took what stood below `to`: reading goes on there.
  virtual void on_gap(PartitionAt at, Offset from, Offset to) = 0;
  // Something came to an end: a partition, a step. Time to ask is_settled().
  virtual void on_change() = 0;
  // It cannot go on.
  virtual void on_failed(const Error& why) = 0;
};

struct AppReaderOptions {
  std::string app;
  SpaceId space;
  std::vector<TopicId> topics;
  // Where reading stops; none: never.
  std::map<PartitionId, Offset> until = {};
  // How long membership, a claim, a step and silence may take.
  Duration patience = limits::kRequestTimeout;
};

class AppReader final : private MembershipHandler, private ConsumerHandler {
 public:
  AppReader(Cluster& cluster, AppReaderOptions options, AppReaderHandler& handler);
  ~AppReader() override;

  // None while it has not joined.
  std::optional<MemberId> member() const { return member_; }
  // It owns the partition, has read it to where it stops, and has moved the position.
  bool has_read(PartitionId partition) const;
  // Of what was dealt with nothing waits for its step.
  bool is_settled() const;
  // No more records.
  void pause() { consumer_.pause(); }
  // Lets all partitions go and leaves. `done` is called once, whatever came of it.
  void leave(Callback done);

 private:
  // Exclusive end of what was dealt with, and the term of the record before it.
  struct DealtWith {
    Offset to;
    Term term;
  };
  struct Task {
    Epoch epoch;
    Offset position;
    StepNumber next_step;
    bool reads = false;  // the claim is committed, the position known
    bool at_end = false;
    bool is_stepping = false;
    bool is_closing = false;
    std::optional<DealtWith> dealt = {};  // and no step says so yet
  };

  void on_joined(MemberId member, AppId app) override;
  void on_assignment(const wire::Assignment& assignment) override;
  void on_lost(const Error& why) override;
  void on_records(const ReadRecords& records) override;
  void on_end(PartitionAt at) override;
  void on_failed(PartitionAt at, const Error& why) override;

  PartitionAt at(PartitionId partition) const { return {options_.space, partition}; }
  // None: it was let go since, or is another claim's.
  Task* find(PartitionId partition, Epoch epoch);
  void claim(PartitionId partition, Epoch epoch);
  void claimed(PartitionId partition, Epoch epoch, const Result<net::Message>& answer);
  void learned(PartitionId partition, Epoch epoch, Result<net::Message> answer);
  void read(PartitionId partition, Offset from);
  void step(PartitionId partition, Task& task);
  void stepped(PartitionId partition, Epoch epoch, DealtWith dealt, Result<net::Message> answer);
  void close(PartitionId partition);
  void close_if_idle(PartitionId partition);
  void let_go(PartitionId partition);
  void tell_held();
  void fail_with(const Error& why);
  void append(PartitionId partition, const wire::Batch& batch, Cluster::Answer answer);

  Cluster& cluster_;
  AppReaderOptions options_;
  AppReaderHandler& handler_;
  std::optional<MemberId> member_;
  AppId app_;
  std::map<PartitionId, Task> tasks_;
  MonotonicTime lost_since_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Consumer consumer_;
  Membership membership_;
};

}  // namespace usher::client

// A link at one partition of its source: reads a topic of the committed log and takes each record
// to the partition of its key in another space, once. Each destination compares what it has of the
// link with what comes, so whatever was sent twice is dropped there; the link's own progress is an
// app's position in the source, moved by a step when the destinations have committed. It needs no
// state on this machine.
//
//     claim ─→ position ─→ fetch ─→ by destination ─→ append under the link's guard ─┐
//                            ↑                          └ out of place: from the seq named │
//                            └──── step: position moves ←── all have committed ←────────┘
#pragma once

#include <map>

#include "processors/lifeline.h"
#include "processors/partition_log.h"
#include "processors/phase.h"
#include "processors/refusal.h"
#include "proto/base/limits.h"
#include "proto/base/log.h"
#include "proto/wire/batch_builder.h"

namespace usher::processors {

struct LinkShape {
  std::string name = {};  // the app under which it runs
  uint32_t version = 1;
  TopicId from = {};
  std::string from_topic = {};
  std::string to_space = {};
  std::string to_topic = {};
  // The key under which a record goes on; "": it does not. A function of the record alone.
  std::function<std::string(std::string_view value)> key_of = {};
};

// Where a link leads. Its logs live on the link's Scheduler.
class LinkDestination {
 public:
  virtual ~LinkDestination() = default;
  virtual TopicId topic() const = 0;
  virtual PartitionId partition_of(std::string_view key) const = 0;
  virtual PartitionLog& log(PartitionId partition) = 0;
};

struct LinkOptions {
  AppId app = {};
  MemberId member = {};
  SpaceId space = {};  // of the source
  PartitionId partition = {};
};

class LinkTask {
 public:
  // All outlive it.
  LinkTask(Scheduler& scheduler, PartitionLog& source, LinkDestination& destination,
           const LinkShape& shape, LinkOptions options, Log report);

  // It has nothing to keep up with.
  void stand_by();
  // Once, from new or standby.
  void own(Epoch epoch);
  // At once: whoever goes on sends again what was on its way.
  void close() { end(Phase::kClosed, std::nullopt); }
  // Called once, when the phase is closed or stopped.
  void on_over(Callback callback) { on_over_ = std::move(callback); }

  Phase phase() const { return phase_; }
  const std::optional<Error>& failure() const { return failure_; }
  // All below is at its destinations.
  Offset position() const { return position_; }
  // All below was looked at.
  Offset scanned() const { return read_from_; }
  bool is_idle() const { return phase_ == Phase::kRunning && parcels_.empty() && !stepping_; }

 private:
  struct Passing {
    Seq seq;
    std::string key;
    wire::RecordView record;
  };
  struct Parcel {
    std::vector<Passing> left;
    Duration delay = limits::kTaskRetryMin;
  };

  void send_claim();
  void ask_position();
  void read_on();
  void fetch();
  void take(Result<FetchAnswer> answer);
  Result<void> sort(const FetchAnswer& answer);
  void send(PartitionId to);
  void send_later(PartitionId to);
  void answered(PartitionId to, size_t records, Seq end, const Result<Receipt>& result);
  void step();
  void stepped(const Result<Receipt>& result);
  void later(Duration delay, Callback act);
  void end(Phase phase, std::optional<Error> why);

  Scheduler& scheduler_;
  PartitionLog& source_;
  LinkDestination& destination_;
  const LinkShape& shape_;
  LinkOptions options_;
  Log report_;

  Phase phase_ = Phase::kNew;
  std::optional<Error> failure_;
  Callback on_over_;
  Epoch epoch_;
  Duration delay_ = limits::kTaskRetryMin;

  Offset position_;
  StepNumber number_;
  Offset read_from_;
  std::optional<Term> read_term_;
  MonotonicTime stepped_at_;
  bool stepping_ = false;
  // Of the last answer to a fetch: when it came, and whether more was there.
  MonotonicTime took_at_;
  bool is_behind_ = false;

  // Of the fetch at hand: what its records stand in, and who has not got them yet.
  std::vector<wire::Section> sections_;
  std::map<PartitionId, Parcel> parcels_;
  // What each destination has of this link, as it said last.
  std::map<PartitionId, Seq> known_;
  wire::BatchBuilder builder_;
  Lifeline life_;
};

}  // namespace usher::processors

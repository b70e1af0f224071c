// Puts records into topics. In order per key, each once however often it had to be sent
// (idempotent), in bounded memory: over it send() refuses and says when there is room again. Every
// record gets a receipt or an error that says whether it may have been written all the same.
//
//     send ─→ key → slot → partition ─→ Lane (one a partition) ─→ leader ─→ receipt
//             none: a partition for some time, then the next
//
// Lives on the Cluster's Scheduler.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "client/cluster.h"
#include "client/lane.h"

namespace usher::client {

struct ProducerOptions {
  LaneOptions lane = {};
  // Of records whose outcome has not come.
  size_t memory_bytes = limits::kProducerBytes;
};

// A topic, as found by its name in the metadata.
struct Topic {
  SpaceId space;
  TopicId topic;
};

class Producer {
 public:
  explicit Producer(Cluster& cluster, ProducerOptions options = {});
  // Outcomes that have not come are not told.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Copies the record. `delivered` (or nothing) is called once, never inside this call. Refused,
  // and then nothing is called: QUEUE_FULL (when_room tells), TOO_LARGE, NOT_FOUND (the space is
  // not in the metadata).
  Result<void> send(Topic topic, const wire::Record& record, Delivered delivered);
  // The same into a partition of the caller's choice.
  Result<void> send_to(Topic topic, PartitionId partition, const wire::Record& record,
                       Delivered delivered);

  // Would send() take it?
  bool has_room(const wire::Record& record) const;
  // Called once there is room again, after a QUEUE_FULL; given anew for each.
  void when_room(Callback room) { room_ = std::move(room); }
  // Called when everything sent before has its outcome, which nothing waits for longer than needed.
  void flush(Callback done);
  size_t unsettled() const { return unsettled_; }

 private:
  struct Way;
  struct SpaceWays;
  SpaceWays* ways_of(SpaceId space);
  PartitionId choose(SpaceWays& space, const wire::Record& record);
  void pump_soon(Way& way);
  void pump(Way& way);
  void send_batch(Way& way, Lane::Sending sending);
  void tell_settled(Way& way);
  void arm(Way& way);
  void get_identity(Way& way);
  void got_identity(Result<net::Message> answer);
  void after_settling();

  Cluster& cluster_;
  ProducerOptions options_;
  std::map<SpaceId, std::unique_ptr<SpaceWays>> spaces_;

  struct Identity {
    wire::ProducerId id;
    MonotonicTime since;
  };
  std::optional<Identity> identity_;
  std::vector<Way*> want_identity_;
  bool asked_identity_ = false;

  size_t bytes_ = 0;
  size_t unsettled_ = 0;
  Callback room_;
  std::vector<Callback> flushed_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::client

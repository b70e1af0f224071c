// This broker's connections to the others: two each, so that heartbeats and votes never wait behind
// batches. What many groups say to the same broker in one turn of the loop leaves in one frame.
//
//     replicas ── send ─→ outbox ─┬ fast ─→ │ heartbeats, votes, answers, introductions
//                                 └ bulk ─→ │ batches
// One way and lossy: consensus says again what got lost. One Scheduler's thread.
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "broker/journal/group.h"
#include "broker/partition/partition.h"
#include "proto/base/log.h"
#include "proto/net/channel.h"
#include "proto/wire/batch.h"

namespace usher::server {

class PeerLink;

// What the links tell; outlives them.
class PeerEvents {
 public:
  virtual ~PeerEvents() = default;
  // What to say of this broker.
  virtual wire::IntroduceRequest introduction() const = 0;
  // A broker answered what it was asked then: it is who it says, now.
  virtual void on_introduced(BrokerId broker, const wire::IntroduceReply& reply,
                             MonotonicTime asked) = 0;
  // Its connection ended: it may be gone.
  virtual void on_lost(BrokerId broker) = 0;
};

class PeerLinks {
 public:
  PeerLinks(net::Transport& transport, Scheduler& scheduler, const Random& random, Log log,
            const std::map<BrokerId, net::Endpoint>& others, PeerEvents& events);
  ~PeerLinks();
  PeerLinks(const PeerLinks&) = delete;
  PeerLinks& operator=(const PeerLinks&) = delete;

  // From now on messages may be sent, in this cluster's name.
  void belong_to(wire::ClusterId cluster) { cluster_ = cluster; }
  // How often the others are asked who they are.
  void introduce_every(Duration interval) { interval_ = interval; }

  void send(BrokerId to, journal::PartitionKey key, const raft::Message& message,
            const std::vector<wire::Batch>& batches);
  void send_snapshot(journal::PartitionKey key, const partition::SnapshotMessage& message);
  void request(BrokerId to, wire::Envelope envelope, net::Channel::Answer answer);

  // It answered a moment ago.
  bool is_up(BrokerId broker) const;
  std::vector<BrokerId> up() const;
  // Since when it has been, without a break.
  std::optional<MonotonicTime> up_since(BrokerId broker) const;
  uint64_t messages_lost() const { return messages_lost_; }

 private:
  friend class PeerLink;
  Scheduler& scheduler_;
  Log log_;
  PeerEvents& events_;
  wire::ClusterId cluster_;
  Duration interval_ = limits::kFoundingInterval;
  uint64_t messages_lost_ = 0;
  std::map<BrokerId, std::unique_ptr<PeerLink>> links_;
};

}  // namespace usher::server

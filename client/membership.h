// One member of an app: joins, heartbeats to the controller, hears which tasks it should own, says
// which it holds, leaves. The controller only proposes: a task is owned by a claim in its
// partition's log, under the proposal's epoch. Lives on the Cluster's Scheduler.
//
//     join ─→ on_joined ─→ heartbeat every kMemberHeartbeat ⇄ assignment ─→ on_assignment
//       ▲                                       └ MEMBER_UNKNOWN, silence ─→ on_lost ─┐
//       └─────────────────────────────────────────────────────────────────────────────┘
#pragma once

#include <optional>
#include <vector>

#include "client/cluster.h"
#include "proto/wire/protocol/apps.h"

namespace usher::client {

// Outlives the Membership, which may not be destroyed in a callback.
class MembershipHandler {
 public:
  virtual ~MembershipHandler() = default;
  virtual void on_joined(MemberId member, AppId app) = 0;
  // All tasks that it should hold now, each time that they change.
  virtual void on_assignment(const wire::Assignment& assignment) = 0;
  // It was given up: others may claim its tasks by now. It joins again by itself.
  virtual void on_lost(const Error& why) = 0;
};

class Membership {
 public:
  Membership(Cluster& cluster, wire::JoinRequest join, MembershipHandler& handler);
  ~Membership();
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  // What it holds from now on; told at once, so that what was given up is free for others.
  void hold(std::vector<wire::MemberHeartbeat::Task> tasks);
  // Its tasks are free at once. `done` is called once, whatever came of it.
  void leave(Callback done);

 private:
  void join();
  void joined(Result<net::Message> answer);
  void beat();
  void beaten(Result<net::Message> answer);
  void lose(const Error& why);
  void later(Duration delay, void (Membership::*step)());

  Cluster& cluster_;
  wire::JoinRequest join_;
  MembershipHandler& handler_;
  std::optional<MemberId> member_;
  wire::Assignment assignment_;  // as last heard
  std::vector<wire::MemberHeartbeat::Task> held_;
  MonotonicTime heard_;
  bool beat_is_open_ = false;
  bool beat_again_ = false;
  bool leaving_ = false;
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::client

// The members of apps, as the controller's leader hears them: who lives, what they hold, and from
// it the next proposals, which go through the log. A session is a connection: when it ends, or
// nothing comes for kMemberSilence, the member is given up. One Scheduler's thread.
//
//     join ─→ MemberJoined ─┐
//     heartbeat (what it holds) ─→ Candidate ─→ assign (pure) ─→ TaskProposed ─→ log ─→ Assignment
//     silence, end ─→ MemberLeft ─┘
#pragma once

#include <map>
#include <set>

#include "broker/controller/controller.h"
#include "broker/controller/membership.h"
#include "broker/server/system_log.h"
#include "proto/net/request_server.h"

namespace usher::server {

class AppSessions {
 public:
  AppSessions(Scheduler& scheduler, const SystemLog& system, controller::Controller& controller,
              Log log);
  ~AppSessions();
  AppSessions(const AppSessions&) = delete;
  AppSessions& operator=(const AppSessions&) = delete;

  void on(const net::Peer& peer, const wire::JoinRequest& request, net::Responder answer);
  void on(const net::Peer& peer, const wire::MemberHeartbeat& heartbeat, net::Responder answer);
  void on(const wire::LeaveRequest& request, net::Responder answer);
  void on(const wire::DescribeAppRequest& request, net::Responder answer);
  void on_gone(const net::Peer& peer);
  // The cluster's state changed.
  void on_changed();

 private:
  struct Session {
    uint64_t connection = 0;
    MonotonicTime heard;
    std::vector<wire::MemberHeartbeat::Task> tasks;
    std::map<PartitionId, Offset> warm;
  };
  struct Standing {
    std::vector<MemberId> standbys;
    uint64_t changes = 0;
  };

  void look_again();
  void adopt_members();
  bool is_leading() const { return adopted_in_ && adopted_in_ == system_.term_led(); }
  void give_up(MemberId member, std::string_view why);
  void plan(AppId app);
  controller::AssignmentInput input_of(const controller::App& app) const;
  wire::Assignment assignment_of(const controller::App& app, MemberId member) const;

  Scheduler& scheduler_;
  const SystemLog& system_;
  controller::Controller& controller_;
  Log log_;
  // The reign in which it took over the members that the log names. Before that it knows only those
  // that have spoken already: it would take the tasks of all others.
  std::optional<Term> adopted_in_;
  std::map<MemberId, Session> sessions_;
  std::map<AppId, Standing> standing_;
  std::set<AppId> planning_;    // a proposal is on its way to the log
  std::set<MemberId> leaving_;  // likewise
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::server

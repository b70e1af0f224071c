#include "client/membership.h"

#include <utility>

namespace usher::client {

Membership::Membership(Cluster& cluster, wire::JoinRequest join, MembershipHandler& handler)
    : cluster_(cluster), join_(std::move(join)), handler_(handler) {
  later(Duration::zero(), &Membership::join);
}

Membership::~Membership() {
  if (timer_) cluster_.scheduler().cancel(*timer_);
}

void Membership::later(Duration delay, void (Membership::*step)()) {
  if (timer_) cluster_.scheduler().cancel(*timer_);
  timer_ = cluster_.scheduler().after(delay, [this, step] {
    timer_.reset();
    (this->*step)();
  });
}

void Membership::join() {
  cluster_.ask_controller({join_, {}}, limits::kRequestTimeout,
                          [this, alive = std::weak_ptr(alive_)](Result<net::Message> answer) {
                            if (!alive.expired()) joined(std::move(answer));
                          });
}

void Membership::joined(Result<net::Message> answer) {
  if (leaving_) return;
  auto reply = reply_of<wire::JoinReply>(std::move(answer));
  if (!reply) {
    handler_.on_lost(reply.error());
    return later(limits::kRetryDelayMax, &Membership::join);
  }
  member_ = reply->member;
  assignment_ = {};
  held_.clear();
  heard_ = cluster_.now();
  handler_.on_joined(reply->member, reply->app);
  beat();
}

void Membership::hold(std::vector<wire::MemberHeartbeat::Task> tasks) {
  held_ = std::move(tasks);
  if (beat_is_open_)
    beat_again_ = true;
  else if (member_)
    later(Duration::zero(), &Membership::beat);
}

void Membership::beat() {
  if (!member_ || leaving_) return;
  beat_is_open_ = true;
  wire::MemberHeartbeat beat{.member = *member_, .assignment = assignment_.version, .tasks = held_};
  cluster_.ask_controller({std::move(beat), {}}, limits::kMemberSilence,
                          [this, alive = std::weak_ptr(alive_)](Result<net::Message> answer) {
                            if (!alive.expired()) beaten(std::move(answer));
                          });
}

void Membership::beaten(Result<net::Message> answer) {
  beat_is_open_ = false;
  if (leaving_ || !member_) return;
  auto assignment = reply_of<wire::Assignment>(std::move(answer));
  if (!assignment) {
    bool is_silent = cluster_.now() - heard_ >= limits::kMemberSilence;
    if (assignment.error().code == ErrorCode::MEMBER_UNKNOWN || is_silent)
      return lose(assignment.error());
    return later(limits::kRetryDelayMin, &Membership::beat);
  }
  heard_ = cluster_.now();
  // Another controller may count to the same version, with other tasks.
  if (*assignment != assignment_) {
    assignment_ = *assignment;
    handler_.on_assignment(*assignment);
  }
  // hold() may have been called in it.
  bool at_once = std::exchange(beat_again_, false);
  later(at_once ? Duration::zero() : limits::kMemberHeartbeat, &Membership::beat);
}

void Membership::lose(const Error& why) {
  member_.reset();
  handler_.on_lost(why);
  later(limits::kRetryDelayMin, &Membership::join);
}

void Membership::leave(Callback done) {
  leaving_ = true;
  if (timer_) cluster_.scheduler().cancel(*std::exchange(timer_, std::nullopt));
  if (!member_) return cluster_.scheduler().post(std::move(done));
  cluster_.ask_controller({wire::LeaveRequest{.member = *member_}, {}}, limits::kMemberSilence,
                          [done = std::move(done)](Result<net::Message>) mutable { done(); });
}

}  // namespace usher::client

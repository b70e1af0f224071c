#include "broker/server/app_sessions.h"

#include <fmt/format.h>

namespace usher::server {
namespace {

constexpr MemberId kNobody{0};
constexpr Duration kLookInterval = limits::kMemberHeartbeat / 2;

std::unexpected<Error> unknown(MemberId member) {
  return fail(ErrorCode::MEMBER_UNKNOWN, fmt::format("member {}", member.value()));
}

}  // namespace

AppSessions::AppSessions(Scheduler& scheduler, const SystemLog& system,
                         controller::Controller& controller, Log log)
    : scheduler_(scheduler), system_(system), controller_(controller), log_(std::move(log)) {
  look_again();
}

AppSessions::~AppSessions() {
  *alive_ = false;
  if (timer_) scheduler_.cancel(*timer_);
}

void AppSessions::on(const net::Peer& peer, const wire::JoinRequest& request,
                     net::Responder answer) {
  auto member = std::make_shared<MemberId>();
  controller_.submit(
      [request, member](const controller::ClusterState& state) {
        *member = state.next_member();
        return controller::join(state, request);
      },
      [this, alive = alive_, request, member, connection = peer.number,
       answer = std::move(answer)](Result<uint64_t> version) mutable {
        if (!*alive) return;
        if (!version) return answer.fail(version.error());
        const controller::App* app = controller_.state().app_of(*member);
        if (!app) return answer.fail(unknown(*member).error());
        Session& session = sessions_[*member];
        session.connection = connection;
        session.heard = scheduler_.clock().monotonic();
        for (const wire::JoinRequest::Warm& warm : request.warm)
          session.warm[warm.partition] = warm.applied;
        log_.info("a member joined", {{"app", app->info.name}, {"member", member->value()}});
        answer.reply({wire::JoinReply{.member = *member, .app = app->info.id}, {}});
        plan(app->info.id);
      });
}

void AppSessions::on(const net::Peer& peer, const wire::MemberHeartbeat& heartbeat,
                     net::Responder answer) {
  if (auto may = system_.may_answer(); !may) return answer.fail(may.error());
  const controller::App* app = controller_.state().app_of(heartbeat.member);
  if (!app || leaving_.contains(heartbeat.member))
    return answer.fail(unknown(heartbeat.member).error());
  Session& session = sessions_[heartbeat.member];
  session.connection = peer.number;
  session.heard = scheduler_.clock().monotonic();
  bool changed = session.tasks.size() != heartbeat.tasks.size();
  session.tasks = heartbeat.tasks;
  for (const auto& task : heartbeat.tasks) session.warm[task.partition] = task.applied;
  if (changed) plan(app->info.id);
  answer.reply({assignment_of(*app, heartbeat.member), {}});
}

void AppSessions::on(const wire::LeaveRequest& request, net::Responder answer) {
  if (auto may = system_.may_answer(); !may) return answer.fail(may.error());
  give_up(request.member, "it left");
  answer.reply({wire::Done{}, {}});
}

void AppSessions::on(const wire::DescribeAppRequest& request, net::Responder answer) {
  if (auto may = system_.may_answer(); !may) return answer.fail(may.error());
  const controller::App* app = controller_.state().app(request.app);
  if (!app) return answer.fail({ErrorCode::NOT_FOUND, fmt::format("app '{}'", request.app), {}});
  wire::AppDescription described{
      .app = app->info, .assignment = app->version, .members = {}, .tasks = {}};
  for (const auto& [id, joined] : app->members) {
    auto session = sessions_.find(id);
    auto tasks = session == sessions_.end() ? decltype(Session::tasks)() : session->second.tasks;
    described.members.push_back({.member = id, .endpoint = joined.endpoint, .tasks = tasks});
  }
  for (size_t i = 0; i < app->tasks.size(); ++i) {
    const controller::Task& task = app->tasks[i];
    auto owner = app->members.find(task.owner);
    described.tasks.push_back(
        {.partition = PartitionId(static_cast<uint32_t>(i)),
         .owner = task.owner,
         .epoch = task.epoch,
         .owner_endpoint = owner == app->members.end() ? "" : owner->second.endpoint});
  }
  answer.reply({std::move(described), {}});
}

void AppSessions::on_gone(const net::Peer& peer) {
  std::vector<MemberId> gone;
  for (const auto& [member, session] : sessions_)
    if (session.connection == peer.number) gone.push_back(member);
  for (MemberId member : gone) give_up(member, "its connection ended");
}

void AppSessions::on_changed() {
  if (!is_leading()) return;
  for (const auto& [id, app] : controller_.state().apps()) plan(id);
}

// Who leads anew hears the members that the log names for the first time now.
void AppSessions::adopt_members() {
  MonotonicTime now = scheduler_.clock().monotonic();
  adopted_in_ = system_.term_led();
  sessions_.clear();
  leaving_.clear();
  planning_.clear();
  for (const auto& [id, app] : controller_.state().apps())
    for (const auto& [member, joined] : app.members)
      sessions_[member].heard = now + limits::kMemberSilence;
}

void AppSessions::look_again() {
  timer_ = scheduler_.after(kLookInterval, [this] {
    // The first time only with the whole state: the log names members that must not be missed.
    bool leads = (is_leading() ? system_.may_answer() : system_.may_decide()).has_value();
    if (leads && !is_leading()) adopt_members();
    MonotonicTime now = scheduler_.clock().monotonic();
    std::vector<MemberId> silent;
    for (const auto& [member, session] : sessions_)
      if (leads && now > session.heard + limits::kMemberSilence) silent.push_back(member);
    for (MemberId member : silent) give_up(member, "it is silent");
    on_changed();
    look_again();
  });
}

void AppSessions::give_up(MemberId member, std::string_view why) {
  if (!is_leading() || !sessions_.contains(member) || !leaving_.insert(member).second) return;
  log_.info("a member is given up", {{"member", member.value()}, {"why", why}});
  controller_.submit(
      [member](const controller::ClusterState& state) { return controller::leave(state, member); },
      [this, alive = alive_, member](Result<uint64_t> version) {
        if (!*alive) return;
        leaving_.erase(member);
        if (!version) return;
        sessions_.erase(member);
        on_changed();
      });
}

controller::AssignmentInput AppSessions::input_of(const controller::App& app) const {
  controller::AssignmentInput input;
  for (const controller::Task& task : app.tasks) input.proposed.push_back(task.owner);
  for (const auto& [member, joined] : app.members) {
    auto session = sessions_.find(member);
    if (session == sessions_.end()) continue;
    controller::Candidate candidate{.member = member,
                                    .tasks_max = joined.tasks_max,
                                    .applied = session->second.warm,
                                    .holds = {}};
    for (const auto& task : session->second.tasks)
      if (task.role == wire::TaskRole::kOwner) candidate.holds.insert(task.partition);
    input.candidates.push_back(std::move(candidate));
  }
  return input;
}

void AppSessions::plan(AppId id) {
  if (!is_leading()) return;
  auto app = controller_.state().apps().find(id);
  if (app == controller_.state().apps().end() || planning_.contains(id)) return;
  // Who is given up is so when the log says it: until then it may live on, and keep its tasks.
  for (MemberId member : leaving_)
    if (app->second.members.contains(member)) return;
  controller::AssignmentPlan planned = controller::assign(input_of(app->second));
  Standing& standing = standing_[id];
  if (standing.standbys != planned.standbys) {
    standing.standbys = planned.standbys;
    ++standing.changes;
  }
  if (controller::propose(app->second, planned).empty()) return;
  planning_.insert(id);
  controller_.submit(
      [id, planned](const controller::ClusterState& state) -> Result<controller::Records> {
        auto now = state.apps().find(id);
        if (now == state.apps().end()) return controller::Records();
        // A member that left meanwhile is not proposed again.
        controller::AssignmentPlan still = planned;
        for (MemberId& owner : still.owners)
          if (!now->second.members.contains(owner)) owner = kNobody;
        return controller::propose(now->second, still);
      },
      [this, alive = alive_, id](const Result<uint64_t>& version) {
        if (!*alive) return;
        planning_.erase(id);
        // What came in between.
        if (version) plan(id);
      });
}

wire::Assignment AppSessions::assignment_of(const controller::App& app, MemberId member) const {
  wire::Assignment assignment{.version = app.version, .tasks = {}};
  auto standing = standing_.find(app.info.id);
  if (standing != standing_.end()) assignment.version += standing->second.changes;
  for (size_t i = 0; i < app.tasks.size(); ++i) {
    PartitionId partition(static_cast<uint32_t>(i));
    bool stands_by = standing != standing_.end() && i < standing->second.standbys.size() &&
                     standing->second.standbys[i] == member;
    if (app.tasks[i].owner == member)
      assignment.tasks.push_back(
          {.partition = partition, .role = wire::TaskRole::kOwner, .epoch = app.tasks[i].epoch});
    else if (stands_by)
      assignment.tasks.push_back(
          {.partition = partition, .role = wire::TaskRole::kStandby, .epoch = {}});
  }
  return assignment;
}

}  // namespace usher::server

#include "client/cli/seats_tasks.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/seats/topics.h"
#include "proto/wire/protocol/apps.h"

namespace usher::cli {
namespace {

Result<wire::AppDescription> describe(Session& session) {
  return session.ask_controller<wire::AppDescription>(
      wire::DescribeAppRequest{.app = std::string(seats::kAppName)});
}

}  // namespace

SeatsTasks::SeatsTasks(Session& session, const wire::SpaceInfo& space,
                       const std::vector<std::string>& events)
    : session_(session), space_(space), events_(events), queries_(session.cluster()) {}

Result<std::map<PartitionId, MemberId>> SeatsTasks::owners() {
  TRY_ASSIGN(auto app, describe(session_));
  std::map<PartitionId, MemberId> owners;
  for (const wire::AppMember& member : app.members)
    for (const auto& task : member.tasks)
      if (task.role == wire::TaskRole::kOwner) owners[task.partition] = member.member;
  return owners;
}

Result<bool> SeatsTasks::is_settled(uint64_t daemons) {
  TRY_ASSIGN(auto app, describe(session_));
  if (app.members.size() != daemons) return false;
  std::map<PartitionId, Offset> owned, kept;
  for (const wire::AppMember& member : app.members) {
    auto owns = std::ranges::count(member.tasks, wire::TaskRole::kOwner,
                                   &wire::MemberHeartbeat::Task::role);
    if (static_cast<uint64_t>(owns) < space_.partitions.size() / daemons) return false;
    for (const auto& task : member.tasks)
      (task.role == wire::TaskRole::kOwner ? owned : kept)[task.partition] = task.applied;
  }
  if (owned.size() != space_.partitions.size()) return false;
  return daemons == 1 || owned == kept;
}

Result<void> SeatsTasks::wait_settled(uint64_t daemons, Duration within) {
  MonotonicTime deadline = session_.clock().monotonic() + within;
  while (session_.clock().monotonic() < deadline && !session_.interrupted()) {
    // The controller may be moving: asked again.
    if (auto settled = is_settled(daemons); settled && *settled) return {};
    session_.run_for(100ms);
  }
  return fail(ErrorCode::TIMED_OUT, fmt::format("{} daemons did not share the tasks, each with a "
                                                "level standby, in time",
                                                daemons));
}

Result<std::vector<MonotonicTime>> SeatsTasks::ask_all(Duration patience,
                                                       const std::vector<Offset>& at_least) {
  // Whoever answers after a Ctrl-C finds it still there.
  struct Round {
    std::vector<MonotonicTime> at;
    size_t open;
    std::optional<Error> failed = {};
  };
  auto round = std::make_shared<Round>(
      Round{.at = std::vector<MonotonicTime>(events_.size()), .open = events_.size()});
  for (uint32_t i = 0; i < events_.size(); ++i) {
    client::Question question{.app = std::string(seats::kAppName),
                              .at = {space_.id, PartitionId(i)},
                              .store = std::string(name_of(seats::Store::kEvents)),
                              .key = events_[i]};
    if (!at_least.empty()) question.at_least = at_least[i];
    queries_.ask(std::move(question), patience, [this, round, i](const Result<client::Told>& told) {
      round->at[i] = session_.clock().monotonic();
      if (!told) round->failed = told.error();
      if (told && !told->value)
        round->failed = Error{ErrorCode::NOT_FOUND, "its event is not there"};
      if (--round->open == 0) session_.stop();
    });
  }
  while (round->open > 0 && !session_.interrupted()) session_.run();
  if (round->failed) return fail(*round->failed);
  if (round->open > 0) return fail(ErrorCode::CLOSED, "stopped by a signal");
  return round->at;
}

}  // namespace usher::cli

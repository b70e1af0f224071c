#include "client/app_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/wire/batch_builder.h"
#include "proto/wire/protocol/append.h"
#include "proto/wire/reserved_topics.h"
#include "proto/wire/step_record.h"

namespace usher::client {
namespace {

// What a claim says of the program that reads: it decides nothing, so that it has no versions.
constexpr uint32_t kReaderVersion = 1;

wire::Batch one_record(TopicId topic, Bytes value, const wire::Guard& guard) {
  wire::BatchBuilder builder;
  auto added = builder.add(topic, {.key = {}, .value = value, .headers = {}});
  CHECK(added.has_value());
  return builder.finish(guard);
}

}  // namespace

AppReader::AppReader(Cluster& cluster, AppReaderOptions options, AppReaderHandler& handler)
    : cluster_(cluster),
      options_(std::move(options)),
      handler_(handler),
      lost_since_(cluster.now()),
      consumer_(cluster, *this, {.patience = options_.patience}),
      membership_(cluster,
                  wire::JoinRequest{.app = options_.app,
                                    .space = options_.space,
                                    .endpoint = "",
                                    .app_version = kReaderVersion,
                                    .tasks_max = 0,
                                    .warm = {}},
                  *this) {}

AppReader::~AppReader() = default;

bool AppReader::has_read(PartitionId partition) const {
  auto task = tasks_.find(partition);
  return task != tasks_.end() && task->second.at_end && !task->second.is_stepping &&
         !task->second.dealt;
}

bool AppReader::is_settled() const {
  return std::ranges::none_of(
      tasks_, [](const auto& row) { return row.second.is_stepping || row.second.dealt; });
}

void AppReader::leave(Callback done) {
  std::vector<PartitionId> held;
  for (const auto& [partition, task] : tasks_) held.push_back(partition);
  for (PartitionId partition : held) close(partition);
  membership_.leave(std::move(done));
}

AppReader::Task* AppReader::find(PartitionId partition, Epoch epoch) {
  auto task = tasks_.find(partition);
  return task == tasks_.end() || task->second.epoch != epoch ? nullptr : &task->second;
}

// --- what the controller says ---

void AppReader::on_joined(MemberId member, AppId app) {
  member_ = member;
  app_ = app;
}

void AppReader::on_lost(const Error& why) {
  if (member_) lost_since_ = cluster_.now();
  member_.reset();
  for (const auto& [partition, task] : tasks_) consumer_.remove(at(partition));
  tasks_.clear();
  if (why.retry() == Retry::kNever || cluster_.now() - lost_since_ > options_.patience)
    fail_with(why);
}

void AppReader::on_assignment(const wire::Assignment& assignment) {
  std::map<PartitionId, Epoch> wanted;
  for (const wire::TaskProposal& proposal : assignment.tasks)
    if (proposal.role == wire::TaskRole::kOwner) wanted[proposal.partition] = proposal.epoch;
  std::vector<PartitionId> unwanted;
  for (const auto& [partition, task] : tasks_) {
    auto still = wanted.find(partition);
    if (still == wanted.end() || still->second != task.epoch) unwanted.push_back(partition);
  }
  for (PartitionId partition : unwanted) close(partition);
  for (auto [partition, epoch] : wanted)
    if (!tasks_.contains(partition)) claim(partition, epoch);
  tell_held();
}

void AppReader::tell_held() {
  std::vector<wire::MemberHeartbeat::Task> held;
  for (const auto& [partition, task] : tasks_)
    held.push_back({.partition = partition,
                    .role = wire::TaskRole::kOwner,
                    .epoch = task.epoch,
                    .applied = task.position});
  membership_.hold(std::move(held));
}

// --- a task, from claim to reading ---

void AppReader::append(PartitionId partition, const wire::Batch& batch, Cluster::Answer answer) {
  net::Message request{wire::AppendRequest{.space = options_.space, .partition = partition},
                       {batch.header().bytes(), batch.body()}};
  // The same claim or step again gets its first receipt: it may be repeated.
  cluster_.ask_leader(at(partition), std::move(request), options_.patience, std::move(answer));
}

void AppReader::claim(PartitionId partition, Epoch epoch) {
  tasks_[partition].epoch = epoch;
  wire::ClaimGuard guard{.app = app_,
                         .app_version = kReaderVersion,
                         .epoch = epoch,
                         .member = *member_,
                         .reset_to = {},
                         .settings = {}};
  wire::ClaimRecordBytes record = wire::encode_claim_record(guard);
  append(partition, one_record(wire::kClaimsTopic, Bytes(record), guard),
         [this, alive = std::weak_ptr(alive_), partition, epoch](Result<net::Message> answer) {
           if (!alive.expired()) claimed(partition, epoch, answer);
         });
}

void AppReader::claimed(PartitionId partition, Epoch epoch, const Result<net::Message>& answer) {
  if (!find(partition, epoch)) return;
  if (!answer) {
    if (answer.error().code != ErrorCode::FENCED) return fail_with(answer.error());
    return let_go(partition);
  }
  net::Message question{
      wire::PositionRequest{.space = options_.space, .partition = partition, .app = app_}, {}};
  cluster_.ask_leader(
      at(partition), std::move(question), options_.patience,
      [this, alive = std::weak_ptr(alive_), partition, epoch](Result<net::Message> told) {
        if (!alive.expired()) learned(partition, epoch, std::move(told));
      });
}

void AppReader::learned(PartitionId partition, Epoch epoch, Result<net::Message> answer) {
  Task* task = find(partition, epoch);
  if (!task) return;
  auto reply = reply_of<wire::PositionReply>(std::move(answer));
  if (!reply) return fail_with(reply.error());
  if (task->is_closing || reply->epoch != epoch) return let_go(partition);
  task->reads = true;
  task->position = reply->position;
  task->next_step = reply->last_step ? reply->last_step->next() : StepNumber();
  read(partition, task->position);
}

void AppReader::read(PartitionId partition, Offset from) {
  auto until = options_.until.find(partition);
  consumer_.add(
      {.at = at(partition),
       .topics = options_.topics,
       .from = from,
       .until = until == options_.until.end() ? std::nullopt : std::optional(until->second)});
}

void AppReader::on_records(const ReadRecords& records) {
  PartitionId partition = records.at().partition;
  auto found = tasks_.find(partition);
  if (found == tasks_.end()) return;
  Offset to = handler_.on_records(records);
  Task& task = found->second;
  if (to <= task.position || (task.dealt && to <= task.dealt->to)) return;
  task.dealt = DealtWith{to, records.batch().header().place().term};
  step(partition, task);
}

void AppReader::on_end(PartitionAt at) {
  if (auto task = tasks_.find(at.partition); task != tasks_.end()) task->second.at_end = true;
  handler_.on_change();
}

void AppReader::on_failed(PartitionAt at, const Error& why) {
  if (why.code != ErrorCode::OFFSET_GONE || !why.at)
    return fail_with(
        Error{why.code, fmt::format("partition {}: {}", at.partition.value(), why.detail), why.at});
  auto task = tasks_.find(at.partition);
  if (task == tasks_.end()) return;
  // The next step takes the position over the gap.
  handler_.on_gap(at, task->second.position, Offset(*why.at));
  read(at.partition, Offset(*why.at));
}

// --- steps ---

void AppReader::step(PartitionId partition, Task& task) {
  if (task.is_stepping || !task.dealt) return;
  DealtWith dealt = *std::exchange(task.dealt, std::nullopt);
  task.is_stepping = true;
  wire::StepGuard guard{.app = app_,
                        .timers_fired = 0,
                        .mark = wire::StepMark::kNone,
                        .epoch = task.epoch,
                        .number = task.next_step,
                        .from = task.position,
                        .to = dealt.to,
                        .witness = dealt.to - 1,
                        .input_term = dealt.term};
  // Without stores there is no state: its digest is that of nothing.
  wire::StepRecordBytes record = wire::encode_step_record(guard, Digest());
  append(partition, one_record(wire::kStepsTopic, Bytes(record), guard),
         [this, alive = std::weak_ptr(alive_), partition, epoch = task.epoch,
          dealt](Result<net::Message> answer) {
           if (!alive.expired()) stepped(partition, epoch, dealt, std::move(answer));
         });
}

void AppReader::stepped(PartitionId partition, Epoch epoch, DealtWith dealt,
                        Result<net::Message> answer) {
  Task* task = find(partition, epoch);
  if (!task) return;
  task->is_stepping = false;
  auto reply = reply_of<wire::AppendReply>(std::move(answer));
  if (!reply) {
    if (reply.error().code != ErrorCode::FENCED) return fail_with(reply.error());
    // Another owns it by now, and gives again what no step speaks of.
    return let_go(partition);
  }
  task->position = dealt.to;
  task->next_step = task->next_step.next();
  step(partition, *task);
  if (task->is_closing) close_if_idle(partition);
  handler_.on_change();
}

void AppReader::close(PartitionId partition) {
  consumer_.remove(at(partition));
  tasks_[partition].is_closing = true;
  close_if_idle(partition);
}

void AppReader::close_if_idle(PartitionId partition) {
  const Task& task = tasks_[partition];
  if (!task.is_stepping && !task.dealt) let_go(partition);
}

void AppReader::let_go(PartitionId partition) {
  consumer_.remove(at(partition));
  tasks_.erase(partition);
  tell_held();
  handler_.on_change();
}

void AppReader::fail_with(const Error& why) { handler_.on_failed(why); }

}  // namespace usher::client

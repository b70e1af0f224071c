#include "processors/daemon/worker.h"

#include <fmt/format.h>

namespace usher::processors {
namespace {

std::unexpected<Error> not_here(PartitionId partition) {
  return fail(ErrorCode::NOT_OWNER,
              fmt::format("the task of partition {} is not here", partition.value()));
}

}  // namespace

Worker::Worker(net::Transport& transport, Scheduler& scheduler, Scheduler& aside, Random random,
               std::vector<net::Endpoint> brokers, TaskMeasures measures, Log log)
    : scheduler_(scheduler),
      measures_(std::move(measures)),
      cluster_(transport, scheduler, random.stream("cluster"),
               {.brokers = std::move(brokers), .program = "usher-processor"}),
      seams_{.scheduler = scheduler,
             .aside = aside,
             .cluster = cluster_,
             .step_took = [this](Duration took) { measures_.step_took(took); },
             .write_took = [this](Duration took) { measures_.write_took(took); },
             .log = std::move(log)} {
  cluster_.doubt();
  look();
  save_some();
}

void Worker::host(HostedApp app) {
  std::string name = app.name;
  hosted_.emplace(std::move(name), Hosted{.app = std::move(app)});
}

void Worker::assign(const std::string& app, const Identity& identity, PartitionId partition,
                    std::optional<wire::TaskProposal> proposal) {
  Hosted& hosted = hosted_.at(app);
  auto found = hosted.tasks.find(partition);
  if (found == hosted.tasks.end()) {
    if (!proposal) return hosted.app.report({.partition = partition});
    client::PartitionAt at{hosted.app.space, partition};
    auto task = std::make_unique<HeldTask>(
        scheduler_, seams_.log, partition, hosted.app.make_place(seams_, at),
        [this, &hosted, partition] { changed(hosted, partition); });
    found = hosted.tasks.emplace(partition, std::move(task)).first;
  }
  found->second->want(identity, proposal);
}

void Worker::changed(Hosted& hosted, PartitionId partition) {
  auto found = hosted.tasks.find(partition);
  if (found == hosted.tasks.end()) return;
  if (found->second->is_opening()) return;
  hosted.app.report(found->second->status());
  if (!found->second->is_gone()) return;
  // Not under its own feet.
  scheduler_.post(life_.wrap([this, &hosted, partition] {
    auto gone = hosted.tasks.find(partition);
    if (gone == hosted.tasks.end() || !gone->second->is_gone()) return;
    hosted.tasks.erase(gone);
    measures_.hide(hosted.app.name, partition);
    hosted.app.report({.partition = partition});
  }));
}

void Worker::look() {
  for (auto& [name, hosted] : hosted_)
    for (auto& [partition, task] : hosted.tasks) {
      if (task->is_opening()) continue;
      TaskStatus status = task->status();
      measures_.show(name, status);
      hosted.app.report(status);
    }
  scheduler_.after(limits::kTaskLook, life_.wrap([this] { look(); }));
}

// Those with many, and of the others the one with most: in quiet times all get their turn.
void Worker::save_some() {
  state::CommittedStore* most = nullptr;
  for (auto& [name, hosted] : hosted_)
    for (auto& [partition, task] : hosted.tasks) {
      state::CommittedStore* store = task->store();
      if (!store || store->unsaved() < limits::kTaskUnsavedMin) continue;
      if (store->unsaved() >= limits::kTaskUnsavedMany)
        store->save();
      else if (!most || store->unsaved() > most->unsaved())
        most = store;
    }
  if (most) most->save();
  scheduler_.after(limits::kTaskSaveEvery, life_.wrap([this] { save_some(); }));
}

HeldTask* Worker::find(const std::string& app, PartitionId partition) {
  auto hosted = hosted_.find(app);
  if (hosted == hosted_.end()) return nullptr;
  auto held = hosted->second.tasks.find(partition);
  return held == hosted->second.tasks.end() ? nullptr : held->second.get();
}

void Worker::ask(const wire::QueryRequest& request, const Buffer& payload, QueryDone done) {
  HeldTask* held = find(request.app, request.partition);
  Task* task = held ? held->task() : nullptr;
  if (!task) return done(not_here(request.partition));
  answer_query(*task, *hosted_.at(request.app).app.topology, request, payload, std::move(done));
}

Result<void> Worker::skip(const std::string& app, PartitionId partition) {
  HeldTask* held = find(app, partition);
  if (!held) return not_here(partition);
  return held->skip();
}

}  // namespace usher::processors

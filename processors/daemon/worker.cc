#include "processors/daemon/worker.h"

#include <fmt/format.h>

namespace usher::processors {

Worker::Worker(net::Transport& transport, Scheduler& scheduler, Random random,
               std::vector<net::Endpoint> brokers, TaskMeasures measures, Log log)
    : scheduler_(scheduler),
      measures_(std::move(measures)),
      cluster_(transport, scheduler, random.stream("cluster"),
               {.brokers = std::move(brokers), .program = "usher-processor"}),
      seams_{.scheduler = scheduler,
             .cluster = cluster_,
             .step_took = [this](Duration took) { measures_.step_took(took); },
             .write_took = [this](Duration took) { measures_.write_took(took); },
             .log = std::move(log)} {
  cluster_.doubt();
  look();
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
      TaskStatus status = task->status();
      measures_.show(name, status);
      hosted.app.report(status);
    }
  scheduler_.after(limits::kTaskLook, life_.wrap([this] { look(); }));
}

void Worker::ask(const wire::QueryRequest& request, const Buffer& payload, QueryDone done) {
  auto hosted = hosted_.find(request.app);
  Task* task = nullptr;
  if (hosted != hosted_.end())
    if (auto found = hosted->second.tasks.find(request.partition);
        found != hosted->second.tasks.end())
      task = found->second->task();
  if (!task)
    return done(fail(ErrorCode::NOT_OWNER, fmt::format("the task of partition {} is not here",
                                                       request.partition.value())));
  answer_query(*task, *hosted->second.app.topology, request, payload, std::move(done));
}

}  // namespace usher::processors

// The tasks of one thread, of all apps that the daemon runs, with connections of their own to the
// brokers. Told which tasks it should hold; says what became of them. It lives on its Scheduler;
// others speak to it through a WorkerPort.
//
//     host ───→ an app: what runs at its partitions
//     assign ─→ HeldTask (one a partition) ⇄ brokers
//     ask ────→ its Task                        └→ status, every kTaskLook and at each change
//
// Now and then it has stores saved that a start after a crash would have much to do for.
#pragma once

#include <map>

#include "processors/daemon/held_task.h"
#include "processors/daemon/query_answers.h"
#include "processors/daemon/task_measures.h"

namespace usher::processors {

struct HostedApp {
  std::string name;
  SpaceId space;
  // What runs at a partition.
  std::function<std::unique_ptr<RunnerPlace>(const RunnerSeams&, client::PartitionAt)> make_place;
  // Whose stores may be asked; none of a link.
  std::shared_ptr<const Topology> topology;
  // Called on the worker's thread. A status with neither phase nor failure is the last of its task.
  std::function<void(const TaskStatus&)> report;
};

class Worker {
 public:
  // Transport and scheduler are of one thread; they and `aside` outlive it.
  Worker(net::Transport& transport, Scheduler& scheduler, Scheduler& aside, Random random,
         std::vector<net::Endpoint> brokers, TaskMeasures measures, Log log);

  // Before anything else is asked of it.
  void host(HostedApp app);
  // None: not any more.
  void assign(const std::string& app, const Identity& identity, PartitionId partition,
              std::optional<wire::TaskProposal> proposal);
  // NOT_OWNER where the task is not at work here.
  void ask(const wire::QueryRequest& request, const Buffer& payload, QueryDone done);
  // What HeldTask::skip() says; NOT_OWNER where the task is not here.
  Result<void> skip(const std::string& app, PartitionId partition);

 private:
  struct Hosted {
    HostedApp app;
    std::map<PartitionId, std::unique_ptr<HeldTask>> tasks = {};
  };
  HeldTask* find(const std::string& app, PartitionId partition);
  void look();
  void save_some();
  void changed(Hosted& hosted, PartitionId partition);

  Scheduler& scheduler_;
  TaskMeasures measures_;
  client::Cluster cluster_;
  RunnerSeams seams_;
  std::map<std::string, Hosted> hosted_;
  Lifeline life_;
};

}  // namespace usher::processors

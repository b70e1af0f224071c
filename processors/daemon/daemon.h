// A processor daemon: a member of each of its apps, the workers that their tasks live with, and
// the door for questions, which it answers or passes on to who owns the task. Lives on one
// Scheduler.
//
//     AppMember (one an app) ──────────→ WorkerPort (one a thread) ─→ Worker ─→ tasks
//     other programs ─→ RequestServer ─→ WorkerPort: the task's answer
//                                   └──→ client::Queries: the owner, elsewhere
#pragma once

#include "client/queries.h"
#include "processors/daemon/app_member.h"
#include "proto/net/request_server.h"

namespace usher::processors {

struct DaemonSeams {
  Scheduler& scheduler;
  net::Transport& transport;
  // Their threads begin after the Daemon is made, and end before it does.
  std::vector<WorkerSeat> workers;
  Metrics& metrics;
  Log log;
  Random random;
};

struct DaemonOptions {
  std::vector<App> apps;
  std::vector<net::Endpoint> brokers;
  net::Endpoint listen;
  uint32_t tasks_max = 0;  // of each app
};

class Daemon final : private net::RequestHandler {
 public:
  // The directory and the budget outlive it.
  Daemon(DaemonSeams seams, DaemonOptions options, state::StateDirectory& directory,
         state::RocksdbBudget& budget);

  // ADDRESS_UNUSABLE; everything else goes on by itself.
  Result<void> start();
  service::Health ready() const;
  // All members leave in order; then what was asked is answered.
  void drain(Callback done);

 private:
  void on_request(const net::Peer& peer, net::Message request, net::Responder answer) override;
  void on_message(const net::Peer&, net::Message) override {}
  void answer_here(AppMember& member, wire::QueryRequest query, Buffer payload,
                   net::Responder answer);
  AppMember* find(std::string_view app);

  DaemonSeams seams_;
  DaemonOptions options_;
  state::StateDirectory& directory_;
  state::RocksdbBudget& budget_;
  client::Cluster cluster_;
  client::Queries queries_;
  net::RequestServer server_;
  WorkerPorts workers_;
  std::vector<std::unique_ptr<AppMember>> members_;
  size_t to_drain_ = 0;
};

}  // namespace usher::processors

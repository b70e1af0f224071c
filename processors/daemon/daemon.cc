#include "processors/daemon/daemon.h"

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/wire/protocol/query_payload.h"

namespace usher::processors {
namespace {

constexpr const char* kProgram = "usher-processor";

void give(net::Responder& answer, Result<net::Message> told) {
  told ? answer.reply(std::move(*told)) : answer.fail(std::move(told).error());
}

}  // namespace

Daemon::Daemon(DaemonSeams seams, DaemonOptions options, state::StateDirectory& directory,
               state::RocksdbBudget& budget)
    : seams_(std::move(seams)),
      options_(std::move(options)),
      directory_(directory),
      budget_(budget),
      cluster_(seams_.transport, seams_.scheduler, seams_.random.stream("cluster"),
               {.brokers = options_.brokers, .program = kProgram}),
      queries_(cluster_),
      server_(seams_.transport, seams_.scheduler, {.hello = {.program = kProgram}}, *this) {
  TaskMeasures measures(seams_.metrics);
  for (size_t i = 0; i < seams_.workers.size(); ++i)
    workers_.push_back(std::make_unique<WorkerPort>(
        seams_.workers[i], seams_.random.stream(fmt::format("worker {}", i)), options_.brokers,
        measures, seams_.log.child("task")));
}

Result<void> Daemon::start() {
  TRY_ASSIGN(net::Endpoint listening, server_.listen(options_.listen));
  seams_.log.info("listening", {{"address", listening.text()}});
  MemberSeams seams{.cluster = cluster_,
                    .workers = workers_,
                    .directory = directory_,
                    .budget = budget_,
                    .log = seams_.log};
  for (const App& app : options_.apps)
    members_.push_back(std::make_unique<AppMember>(
        seams,
        MemberOptions{.app = app, .answers_at = listening, .tasks_max = options_.tasks_max}));
  return {};
}

service::Health Daemon::ready() const {
  service::Health health;
  for (const auto& member : members_) {
    service::Health one = member->ready();
    health.ok = health.ok && one.ok;
    health.detail +=
        fmt::format("{}{}: {}", health.detail.empty() ? "" : "; ", member->app(), one.detail);
  }
  return health;
}

AppMember* Daemon::find(std::string_view app) {
  for (const auto& member : members_)
    if (member->app() == app) return member.get();
  return nullptr;
}

void Daemon::on_request(const net::Peer&, net::Message request, net::Responder answer) {
  auto* query = std::get_if<wire::QueryRequest>(&request.envelope);
  if (!query)
    return answer.fail({ErrorCode::NOT_IN_THIS_VERSION, "a daemon answers questions only"});
  AppMember* member = find(query->app);
  if (!member)
    return answer.fail({ErrorCode::NOT_FOUND, "this daemon does not run " + quote(query->app)});
  Buffer payload = request.payload.empty() ? Buffer() : request.payload[0];
  if (member->owns(query->partition) || query->forwarded)
    return answer_here(*member, std::move(*query), std::move(payload), std::move(answer));
  queries_.forward(std::move(*query), std::move(payload), limits::kForwardPatience,
                   [answer = std::move(answer)](Result<net::Message> told) mutable {
                     give(answer, std::move(told));
                   });
}

// There and back: the answer leaves from this thread.
void Daemon::answer_here(AppMember& member, wire::QueryRequest query, Buffer payload,
                         net::Responder answer) {
  QueryDone done = [home = &seams_.scheduler,
                    answer = std::move(answer)](Result<net::Message> told) mutable {
    home->post([answer = std::move(answer), told = std::move(told)]() mutable {
      give(answer, std::move(told));
    });
  };
  PartitionId partition = query.partition;
  member.worker_of(partition).post([query = std::move(query), payload = std::move(payload),
                                    done = std::move(done)](Worker& worker) mutable {
    if (query.query != wire::kSkipQuery) return worker.ask(query, payload, std::move(done));
    auto skipped = worker.skip(query.app, query.partition);
    if (!skipped) return done(std::unexpected(skipped.error()));
    done(net::Message{wire::QueryReply{.found = true}, {}});
  });
}

void Daemon::drain(Callback done) {
  auto stop = std::make_shared<Callback>([this, done = std::move(done)]() mutable {
    server_.stop(limits::kCloseTimeout, std::move(done));
  });
  to_drain_ = members_.size();
  for (auto& member : members_)
    member->drain([this, stop] {
      if (--to_drain_ == 0) (*stop)();
    });
}

}  // namespace usher::processors

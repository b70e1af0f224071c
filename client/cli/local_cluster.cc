#include "client/cli/local_cluster.h"

#include <filesystem>

#include <fmt/format.h>

#include "client/cli/app_ready.h"
#include "client/cli/child_process.h"
#include "client/cli/output.h"
#include "proto/base/quote.h"

namespace usher::cli {
namespace {

constexpr Duration kLookAgainEvery = 20ms;
// One question to a task: then the processes are looked at again.
constexpr Duration kPatience = 1s;
const AppToWaitFor kSeats{.app = "seats", .space = "events", .store = "events"};
constexpr Kind kKinds[] = {Kind::kGateway, Kind::kProcessor, Kind::kBroker};

std::string program_of(Kind kind) { return fmt::format("usher-{}", name_of(kind)); }

// The word on the command line by which a member's process is known.
const std::string& mark_of(const MemberProcess& member) {
  return member.data.empty() ? member.admin : member.data;
}

// Ports of this machine: given, or free ones, which stay taken until all are chosen.
class Ports {
 public:
  Ports(Session& session, uint64_t base) : session_(session), base_(base) {}
  Result<std::string> take(uint64_t distance) {
    if (base_ != 0) return fmt::format("127.0.0.1:{}", base_ + distance);
    TRY_ASSIGN(auto listener, session_.transport().listen({"127.0.0.1", 0}, [](auto) {}));
    taken_.push_back(std::move(listener));
    return taken_.back()->local().text();
  }

 private:
  Session& session_;
  uint64_t base_;
  std::vector<std::unique_ptr<net::Listener>> taken_;
};

// Where the ports of the contract's examples stand, from the base.
struct PortPlan {
  uint64_t listen;
  uint64_t admin;
};
PortPlan ports_of(Kind kind, uint64_t id) {
  switch (kind) {
    case Kind::kBroker:
      return {id, 100 + id};
    case Kind::kProcessor:
      return {200 + id, 300 + id};
    case Kind::kGateway:
      return {79 + id, 400 + id};
  }
  return {};
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::kBroker:
      return "broker";
    case Kind::kProcessor:
      return "processor";
    case Kind::kGateway:
      return "gateway";
  }
  return "";
}

Result<Kind> kind_of(std::string_view word) {
  for (Kind kind : kKinds)
    if (word == name_of(kind)) return kind;
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(word) + " is not one of broker, processor, gateway");
}

Result<LocalCluster> LocalCluster::open(const std::string& dir) {
  TRY_ASSIGN(std::string path, absolute_path(dir));
  LocalCluster cluster(path);
  TRY_ASSIGN(cluster.file_, read_cluster_file(path));
  return cluster;
}

Result<LocalCluster> LocalCluster::plan(Session& session, const std::string& dir,
                                        const ClusterPlan& plan) {
  TRY_ASSIGN(std::string path, absolute_path(dir));
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) return fail(ErrorCode::IO_FAILED, path + ": " + problem.message());
  LocalCluster cluster(path);
  cluster.gateway_cache_ = plan.gateway_cache;
  Ports ports(session, plan.base_port);
  for (auto [kind, count] :
       {std::pair(Kind::kBroker, plan.brokers), std::pair(Kind::kProcessor, plan.processors),
        std::pair(Kind::kGateway, plan.gateways)})
    for (uint64_t id = 1; id <= count; ++id) {
      MemberProcess member;
      member.id = id;
      TRY_ASSIGN(member.listen, ports.take(ports_of(kind, id).listen));
      TRY_ASSIGN(member.admin, ports.take(ports_of(kind, id).admin));
      if (kind != Kind::kGateway)
        member.data = fmt::format("{}/{}-{}/{}", path, name_of(kind), id,
                                  kind == Kind::kBroker ? "data" : "state");
      cluster.members(kind).push_back(std::move(member));
    }
  TRY(cluster.save());
  return cluster;
}

std::vector<MemberProcess>& LocalCluster::members(Kind kind) {
  switch (kind) {
    case Kind::kBroker:
      return file_.brokers;
    case Kind::kProcessor:
      return file_.processors;
    case Kind::kGateway:
      break;
  }
  return file_.gateways;
}

Result<MemberProcess*> LocalCluster::find(Kind kind, uint64_t id) {
  for (MemberProcess& member : members(kind))
    if (member.id == id) return &member;
  return fail(ErrorCode::NOT_FOUND,
              fmt::format("there is no {} {} in {}", name_of(kind), id, dir_));
}

std::vector<net::Endpoint> LocalCluster::brokers() const {
  std::vector<net::Endpoint> endpoints;
  for (const MemberProcess& broker : file_.brokers)
    if (auto endpoint = net::Endpoint::parse(broker.listen)) endpoints.push_back(*endpoint);
  return endpoints;
}

std::string LocalCluster::broker_list() const {
  std::string list;
  for (const MemberProcess& broker : file_.brokers)
    list += (list.empty() ? "" : ",") + broker.listen;
  return list;
}

bool LocalCluster::is_running(const MemberProcess& member) const {
  return member.pid && cli::is_running(*member.pid, mark_of(member));
}

std::vector<std::string> LocalCluster::arguments_of(Kind kind, const MemberProcess& member) const {
  std::vector<std::string> arguments = {"--listen", member.listen, "--admin", member.admin};
  auto add = [&](std::initializer_list<std::string> more) {
    arguments.insert(arguments.end(), more);
  };
  switch (kind) {
    case Kind::kBroker: {
      std::string list;
      for (const MemberProcess& broker : file_.brokers)
        list += fmt::format("{}{}={}", list.empty() ? "" : ",", broker.id, broker.listen);
      add({"--id", fmt::to_string(member.id), "--data", member.data, "--cluster", list});
      break;
    }
    case Kind::kProcessor:
      add({"--app", "seats", "--brokers", broker_list(), "--state", member.data});
      break;
    case Kind::kGateway:
      add({"--brokers", broker_list()});
      if (!gateway_cache_) add({"--no-cache"});
      break;
  }
  return arguments;
}

Result<void> LocalCluster::start(Kind kind, MemberProcess& member) {
  if (is_running(member)) return {};
  auto program = find_program(program_of(kind));
  if (!program)
    return fail(ErrorCode::NOT_IN_THIS_VERSION, program_of(kind) + " is not beside this program");
  std::string home = fmt::format("{}/{}-{}", dir_, name_of(kind), member.id);
  std::error_code problem;
  std::filesystem::create_directories(member.data.empty() ? home : member.data, problem);
  if (problem) return fail(ErrorCode::IO_FAILED, home + ": " + problem.message());
  TRY_ASSIGN(member.pid, start_process({.program = *program,
                                        .arguments = arguments_of(kind, member),
                                        .log_file = home + "/log"}));
  return save();
}

Result<void> LocalCluster::start_all() {
  for (Kind kind : {Kind::kBroker, Kind::kProcessor, Kind::kGateway})
    for (MemberProcess& member : members(kind)) TRY(start(kind, member));
  return {};
}

Result<void> LocalCluster::wait_ready(Session& session, Duration within) {
  MonotonicTime deadline = session.clock().monotonic() + within;
  TRY(wait_brokers(session, deadline));
  if (file_.processors.empty()) return {};
  Error missing;
  while (session.clock().monotonic() < deadline && !session.interrupted()) {
    TRY(check_runs(Kind::kProcessor));
    auto looked = look_at_app(session, kSeats, kPatience);
    if (looked) return {};
    missing = looked.error();
    session.run_for(kLookAgainEvery);
  }
  return fail(ErrorCode::TIMED_OUT, "the cluster is not ready: " + missing.text());
}

Result<void> LocalCluster::check_runs(Kind kind) {
  for (const MemberProcess& member : members(kind))
    if (!is_running(member))
      return fail(ErrorCode::UNREACHABLE,
                  fmt::format("{} {} has ended; {}/{}-{}/log says why", name_of(kind), member.id,
                              dir_, name_of(kind), member.id));
  return {};
}

Result<void> LocalCluster::wait_brokers(Session& session, MonotonicTime deadline) {
  std::string missing = "no broker answers";
  while (session.clock().monotonic() < deadline && !session.interrupted()) {
    TRY(check_runs(Kind::kBroker));
    auto metadata = session.wait<client::MetadataPtr>(
        [&](auto answer) { session.cluster().refresh(500ms, std::move(answer)); });
    if (metadata) {
      missing.clear();
      const wire::Metadata& known = **metadata;
      if (!known.controller) missing = "there is no controller yet";
      for (const MemberProcess& broker : file_.brokers) {
        auto* info = client::broker_of(known, BrokerId(static_cast<uint32_t>(broker.id)));
        if (!info || !info->up) missing = fmt::format("broker {} is not up", broker.id);
      }
      for (const wire::SpaceInfo& space : known.spaces)
        for (size_t i = 0; i < space.partitions.size(); ++i)
          if (!space.partitions[i].leader)
            missing = fmt::format("partition {} of {} has no leader", i, space.name);
      if (missing.empty()) return {};
    }
    session.run_for(kLookAgainEvery);
  }
  return fail(ErrorCode::TIMED_OUT, "the cluster is not ready: " + missing);
}

Result<void> LocalCluster::end(Session& session, MemberProcess& member, Duration within) {
  MonotonicTime deadline = session.clock().monotonic() + within;
  while (is_running(member)) {
    if (session.clock().monotonic() >= deadline)
      return fail(ErrorCode::TIMED_OUT, fmt::format("process {} does not end", *member.pid));
    session.run_for(kLookAgainEvery);
    if (session.interrupted()) return fail(ErrorCode::CLOSED, "stopped by a signal");
  }
  member.pid.reset();
  return {};
}

Result<uint64_t> LocalCluster::stop_all(Session& session, Duration within) {
  uint64_t killed = 0;
  for (Kind kind : kKinds) {
    for (MemberProcess& member : members(kind))
      if (member.pid) signal_process(*member.pid, mark_of(member), ProcessSignal::kThaw);
    for (MemberProcess& member : members(kind))
      if (member.pid) signal_process(*member.pid, mark_of(member), ProcessSignal::kStop);
    for (MemberProcess& member : members(kind)) {
      if (end(session, member, within)) continue;
      if (session.interrupted()) return fail(ErrorCode::CLOSED, "stopped by a signal");
      signal_process(*member.pid, mark_of(member), ProcessSignal::kKill);
      ++killed;
      TRY(end(session, member, within));
    }
  }
  TRY(save());
  return killed;
}

Result<void> LocalCluster::kill(Session& session, Kind kind, uint64_t id) {
  TRY_ASSIGN(MemberProcess * member, find(kind, id));
  if (!is_running(*member))
    return fail(ErrorCode::NOT_FOUND, fmt::format("{} {} is not running", name_of(kind), id));
  signal_process(*member->pid, mark_of(*member), ProcessSignal::kKill);
  TRY(end(session, *member, 5s));
  return save();
}

Result<void> LocalCluster::restart(Session& session, Kind kind, uint64_t id, bool wipe) {
  TRY_ASSIGN(MemberProcess * member, find(kind, id));
  if (is_running(*member)) {
    signal_process(*member->pid, mark_of(*member), ProcessSignal::kStop);
    if (!end(session, *member, 12s)) {
      signal_process(*member->pid, mark_of(*member), ProcessSignal::kKill);
      TRY(end(session, *member, 5s));
    }
  }
  if (wipe && !member->data.empty()) {
    std::error_code problem;
    std::filesystem::remove_all(member->data, problem);
    if (problem) return fail(ErrorCode::IO_FAILED, member->data + ": " + problem.message());
  }
  return start(kind, *member);
}

}  // namespace usher::cli

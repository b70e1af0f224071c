// usher cluster …
#include <tuple>

#include <fmt/format.h>

#include "client/cli/child_process.h"
#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/gateway_ready.h"
#include "client/cli/local_cluster.h"
#include "client/cli/output.h"

namespace usher::cli {
namespace {

// Commands about processes: they need the directory, and no brokers to begin with.
class DirectoryCommand : public Command {
 public:
  void add_to(service::Settings& settings) final {
    add_own(settings);
    settings.add("dir", service::path_value(), dir_, "The cluster's directory.").is_required = true;
    settings.add("timeout", service::duration_value(1ms, 24h), timeout_,
                 "How long it may take in all.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

 protected:
  virtual void add_own(service::Settings& settings) { static_cast<void>(settings); }
  std::string dir_;
  Duration timeout_ = 30s;
  bool json_ = false;
};

class ClusterStart final : public DirectoryCommand {
  void add_own(service::Settings& settings) override {
    // USHER_BROKERS says where a cluster is, to all other commands.
    settings.add("brokers", service::integer_value(1, 9), brokers_, "How many brokers. Default: 3")
        .is_for_environment = false;
    settings.add("processors", service::integer_value(0, 100), processors_,
                 "How many processor daemons. Default: 2, where this version has them");
    settings.add("gateways", service::integer_value(0, 100), gateways_,
                 "How many gateways. Default: 1, where this version has them");
    settings.add("base_port", service::integer_value(0, 60'000), plan_.base_port,
                 "Brokers listen from the next port on; 0: on free ones.");
  }

 public:
  Result<int> run() override {
    if (!find_program("usher-broker"))
      return fail(ErrorCode::NOT_IN_THIS_VERSION, "usher-broker is not beside this program");
    TRY(plan_others());
    SystemClock clock;
    MonotonicTime began = clock.monotonic();
    bool resumes = has_cluster_file(dir_);
    TRY_ASSIGN(LocalCluster cluster, resumes ? LocalCluster::open(dir_) : plan());
    TRY(check_sizes(cluster.file()));
    TRY(cluster.start_all());
    Session session(cluster.brokers(), timeout_);
    TRY(cluster.wait_ready(session, timeout_));
    TRY(wait_for_gateways(session, cluster, timeout_));
    auto took = std::chrono::duration<double>(clock.monotonic() - began).count();
    tell(cluster, resumes, took);
    return 0;
  }

 private:
  Result<LocalCluster> plan() const {
    Session session({}, timeout_);
    return LocalCluster::plan(session, dir_, plan_);
  }
  Result<void> plan_others() {
    bool has_processor = find_program("usher-processor").has_value();
    bool has_gateway = find_program("usher-gateway").has_value();
    if (processors_.value_or(0) > 0 && !has_processor)
      return fail(ErrorCode::NOT_IN_THIS_VERSION, "--processors: usher-processor");
    if (gateways_.value_or(0) > 0 && !has_gateway)
      return fail(ErrorCode::NOT_IN_THIS_VERSION, "--gateways: usher-gateway");
    plan_.brokers = brokers_.value_or(plan_.brokers);
    plan_.processors = processors_.value_or(has_processor ? 2 : 0);
    plan_.gateways = gateways_.value_or(has_gateway ? 1 : 0);
    return {};
  }
  // A directory keeps the processes that it was made with.
  Result<void> check_sizes(const ClusterFile& file) const {
    for (auto [flag, asked, there] :
         {std::tuple("--brokers", brokers_, file.brokers.size()),
          std::tuple("--processors", processors_, file.processors.size()),
          std::tuple("--gateways", gateways_, file.gateways.size())})
      if (asked && *asked != there)
        return fail(ErrorCode::INVALID_ARGUMENT,
                    fmt::format("{} {}: the cluster in {} was made with {} and resumes with as "
                                "many; leave the flag out, or take another directory",
                                flag, *asked, dir_, there));
    return {};
  }
  void tell(const LocalCluster& cluster, bool resumes, double seconds) const {
    if (json_) {
      print(cluster_text(cluster.file()));
      return;
    }
    const ClusterFile& file = cluster.file();
    std::string others;
    if (!file.processors.empty()) others += ", " + counted(file.processors.size(), "processor");
    if (!file.gateways.empty()) others += ", " + counted(file.gateways.size(), "gateway");
    print(fmt::format("{} a cluster of {}{} in {:.1f} s: {}", resumes ? "resumed" : "started",
                      counted(file.brokers.size(), "broker"), others, seconds, cluster.dir()));
    if (file.brokers.size() == 1) print("one broker alone: nothing is replicated");
    if (file.processors.empty()) print("no processors: nobody decides what is written");
    for (const MemberProcess& gateway : file.gateways)
      print(fmt::format("http://{}/", gateway.listen));
    print(fmt::format("usher broker list --dir {}", cluster.dir()));
  }
  ClusterPlan plan_;
  std::optional<uint64_t> brokers_;
  std::optional<uint64_t> processors_;
  std::optional<uint64_t> gateways_;
};

class ClusterStop final : public DirectoryCommand {
 public:
  Result<int> run() override {
    TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(dir_));
    Session session({}, timeout_);
    TRY_ASSIGN(uint64_t killed, cluster.stop_all(session, std::min<Duration>(timeout_, 12s)));
    if (json_)
      print(JsonObject().truth("stopped", true).number("killed", killed).done());
    else
      print(killed == 0 ? "stopped"
                        : fmt::format("stopped; {} had to be killed", counted(killed, "process")));
    return killed == 0 ? 0 : 1;
  }
};

class MemberCommand : public DirectoryCommand {
 protected:
  void add_member(service::Settings& settings) {
    settings.add_argument("kind", service::choice_value({"broker", "processor", "gateway"}), kind_,
                          "broker, processor or gateway.");
    settings.add_argument("id", service::integer_value(1, 1'000'000), id_, "Its number.");
  }
  Result<int> tell(std::string_view what) const {
    if (json_)
      print(JsonObject().text(what, kind_).number("id", id_).done());
    else
      print(fmt::format("{} {} {}", what, kind_, id_));
    return 0;
  }
  std::string kind_;
  uint64_t id_ = 0;
};

class ClusterKill final : public MemberCommand {
  void add_own(service::Settings& settings) override { add_member(settings); }

 public:
  Result<int> run() override {
    TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(dir_));
    TRY_ASSIGN(Kind kind, kind_of(kind_));
    Session session({}, timeout_);
    TRY(cluster.kill(session, kind, id_));
    return tell("killed");
  }
};

class ClusterRestart final : public MemberCommand {
  void add_own(service::Settings& settings) override {
    add_member(settings);
    settings.add("wipe", service::boolean_value(), wipe_, "With an empty disk: a new member.");
  }

 public:
  Result<int> run() override {
    TRY_ASSIGN(LocalCluster cluster, LocalCluster::open(dir_));
    TRY_ASSIGN(Kind kind, kind_of(kind_));
    Session session(cluster.brokers(), timeout_);
    TRY(cluster.restart(session, kind, id_, wipe_));
    return tell("restarted");
  }

 private:
  bool wipe_ = false;
};

// --dir shows the processes too; --brokers only what the cluster says of itself.
class ClusterStatus final : public Command {
 public:
  void add_to(service::Settings& settings) override {
    settings.add("dir", service::path_value(), dir_, "The cluster's directory.");
    settings.add_list("brokers", service::endpoint_value(), brokers_, "Some of its brokers.");
    settings.add("timeout", service::duration_value(1ms, 24h), timeout_,
                 "How long one question may take.");
    settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
  }

  Result<int> run() override {
    std::optional<LocalCluster> local;
    if (dir_) {
      TRY_ASSIGN(LocalCluster opened, LocalCluster::open(*dir_));
      local.emplace(std::move(opened));
      brokers_ = local->brokers();
    }
    if (brokers_.empty())
      return fail(ErrorCode::CONFIG_INVALID,
                  "no cluster is named: give --dir DIR or --brokers LIST");
    Session session(brokers_, timeout_);
    auto metadata = session.fresh_metadata();
    if (!metadata && !local) return std::unexpected(metadata.error());
    const wire::Metadata* known = metadata ? metadata->get() : nullptr;
    size_t without_leader = 0;
    if (known)
      for (const wire::SpaceInfo& space : known->spaces)
        for (const wire::PartitionInfo& partition : space.partitions)
          without_leader += !partition.leader;
    bool ready = known && known->controller && without_leader == 0;
    print(json_ ? json_text(local, known, ready, without_leader)
                : table_text(local, known, ready, without_leader));
    if (metadata) return 0;
    remark("error: " + metadata.error().text());
    return 5;
  }

 private:
  static std::string state_of(const std::optional<LocalCluster>& local,
                              const MemberProcess& member) {
    return local->is_running(member) ? "running" : member.pid ? "ended" : "stopped";
  }
  static std::string json_text(const std::optional<LocalCluster>& local,
                               const wire::Metadata* known, bool ready, size_t without_leader) {
    JsonObject json;
    json.truth("ready", ready);
    if (known) {
      std::vector<std::string> brokers;
      for (const wire::BrokerInfo& broker : known->brokers)
        brokers.push_back(JsonObject()
                              .number("id", broker.id.value())
                              .text("address", broker.endpoint)
                              .truth("up", broker.up)
                              .done());
      json.text("cluster", wire::text_of(known->cluster))
          .number("controller", known->controller
                                    ? std::optional<uint64_t>(known->controller->value())
                                    : std::nullopt)
          .number("spaces", known->spaces.size())
          .number("partitions_without_leader", without_leader)
          .raw("brokers", json_array(brokers));
    }
    if (local) {
      std::vector<std::string> processes;
      for (auto [kind, members] : {std::pair(Kind::kBroker, &local->file().brokers),
                                   std::pair(Kind::kProcessor, &local->file().processors),
                                   std::pair(Kind::kGateway, &local->file().gateways)})
        for (const MemberProcess& member : *members)
          processes.push_back(JsonObject()
                                  .text("kind", name_of(kind))
                                  .number("id", member.id)
                                  .text("state", state_of(local, member))
                                  .text("listen", member.listen)
                                  .done());
      json.raw("processes", json_array(processes));
    }
    return json.done();
  }
  static std::string table_text(const std::optional<LocalCluster>& local,
                                const wire::Metadata* known, bool ready, size_t without_leader) {
    std::string text;
    if (local) {
      Table table({"PROCESS", "ID", "STATE", "PID", "ADDRESS", "ADMIN"});
      for (auto [kind, members] : {std::pair(Kind::kBroker, &local->file().brokers),
                                   std::pair(Kind::kProcessor, &local->file().processors),
                                   std::pair(Kind::kGateway, &local->file().gateways)})
        for (const MemberProcess& member : *members)
          table.add({std::string(name_of(kind)), fmt::to_string(member.id), state_of(local, member),
                     member.pid ? fmt::to_string(*member.pid) : "-", member.listen, member.admin});
      text += table.text() + "\n";
    }
    if (!known) return text + "the cluster does not answer\n";
    size_t up =
        static_cast<size_t>(std::ranges::count(known->brokers, true, &wire::BrokerInfo::up));
    return text +
           fmt::format("cluster {}: {}, {} of {} up, {}{}\n", wire::text_of(known->cluster),
                       ready ? "ready" : "not ready", up, counted(known->brokers.size(), "broker"),
                       counted(known->spaces.size(), "space"),
                       without_leader == 0
                           ? ""
                           : ", " + counted(without_leader, "partition") + " without a leader");
  }
  std::optional<std::string> dir_;
  std::vector<net::Endpoint> brokers_;
  Duration timeout_ = 5s;
  bool json_ = false;
};

}  // namespace

CommandRows cluster_commands() {
  return {
      {"cluster start", "starts a cluster on this machine, or resumes one",
       "usher cluster start --dir /tmp/usher --brokers 3 --base-port 0", maker<ClusterStart>()},
      {"cluster status", "shows a cluster's processes and whether it is ready",
       "usher cluster status --dir /tmp/usher", maker<ClusterStatus>()},
      {"cluster stop", "stops every process of a cluster", "usher cluster stop --dir /tmp/usher",
       maker<ClusterStop>()},
      {"cluster kill", "kills one process at once, as a crash would",
       "usher cluster kill --dir /tmp/usher broker 2", maker<ClusterKill>()},
      {"cluster restart", "starts one process again on its ports",
       "usher cluster restart --dir /tmp/usher broker 2 --wipe", maker<ClusterRestart>()},
  };
}

}  // namespace usher::cli

// A cluster on this machine, as `usher cluster …` keeps it: which processes there should be;
// started, watched, stopped. What it knows is in D/cluster.json; the processes live on without it.
//
//     D/cluster.json   D/broker-1/{data,log}   D/broker-2/…   D/processor-1/…   D/gateway-1/…
#pragma once

#include <string>

#include "client/cli/cluster_file.h"
#include "client/cli/session.h"

namespace usher::cli {

enum class Kind : uint8_t { kBroker, kProcessor, kGateway };
std::string_view name_of(Kind kind);
// "broker", "processor", "gateway"; INVALID_ARGUMENT for another word.
Result<Kind> kind_of(std::string_view word);

struct ClusterPlan {
  uint64_t brokers = 3;
  uint64_t processors = 0;
  uint64_t gateways = 0;
  uint64_t base_port = 7100;  // 0: free ones
  // The gateways may turn away whom their cache knows to come too late. Not written down.
  bool gateway_cache = true;
};

class LocalCluster {
 public:
  // The directory with its file, which need not be there for plan().
  static Result<LocalCluster> open(const std::string& dir);
  // A new one; the ports are chosen and written down.
  static Result<LocalCluster> plan(Session& session, const std::string& dir,
                                   const ClusterPlan& plan);

  const std::string& dir() const { return dir_; }
  const ClusterFile& file() const { return file_; }
  std::vector<net::Endpoint> brokers() const;
  bool is_running(const MemberProcess& member) const;

  Result<void> start_all();
  // Returns when every broker of the file is up, the cluster has a controller, and, where there are
  // processors, every task of the seats answers.
  Result<void> wait_ready(Session& session, Duration within);
  // SIGTERM, then, where that does not help, SIGKILL; the number that had to be killed.
  Result<uint64_t> stop_all(Session& session, Duration within);
  Result<void> kill(Session& session, Kind kind, uint64_t id);
  Result<void> restart(Session& session, Kind kind, uint64_t id, bool wipe);

 private:
  explicit LocalCluster(std::string dir) : dir_(std::move(dir)) {}
  std::vector<MemberProcess>& members(Kind kind);
  Result<void> wait_brokers(Session& session, MonotonicTime deadline);
  // UNREACHABLE: one has ended.
  Result<void> check_runs(Kind kind);
  Result<MemberProcess*> find(Kind kind, uint64_t id);
  Result<void> start(Kind kind, MemberProcess& member);
  Result<void> end(Session& session, MemberProcess& member, Duration within);
  std::vector<std::string> arguments_of(Kind kind, const MemberProcess& member) const;
  std::string broker_list() const;
  Result<void> save() const { return write_cluster_file(dir_, file_); }

  std::string dir_;
  ClusterFile file_;
  bool gateway_cache_ = true;
};

}  // namespace usher::cli

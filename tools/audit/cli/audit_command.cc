#include "tools/audit/cli/audit_command.h"

#include <fmt/format.h>

#include "client/cli/cluster_file.h"
#include "proto/base/hash.h"
#include "proto/base/quote.h"
#include "tools/audit/cli/network_logs.h"

namespace usher::audit {

void AuditCommand::add_to(service::Settings& settings) {
  add_own(settings);
  settings.add_list("dir", service::path_value(), dirs_,
                    "Brokers' data directories, or copies; or the directory of a running cluster.");
  settings.add_list("brokers", service::endpoint_value(), brokers_,
                    "Of a running cluster: some of its brokers.");
  settings.add("timeout", service::duration_value(1ms, 24h), timeout_,
               "How long one question may take.");
  settings.add("json", service::boolean_value(), json_, "JSON on stdout and nothing else.");
}

Result<std::vector<net::Endpoint>> AuditCommand::brokers_of_directories() const {
  std::vector<net::Endpoint> brokers;
  for (const std::string& dir : dirs_) {
    if (!cli::has_cluster_file(dir)) continue;
    if (dirs_.size() > 1)
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("{} is a cluster's directory, which stands alone", quote(dir)));
    TRY_ASSIGN(cli::ClusterFile file, cli::read_cluster_file(dir));
    for (const cli::MemberProcess& broker : file.brokers) {
      TRY_ASSIGN(auto endpoint, net::Endpoint::parse(broker.listen));
      brokers.push_back(endpoint);
    }
  }
  return brokers;
}

Result<int> AuditCommand::run() {
  TRY_ASSIGN(auto brokers, brokers_of_directories());
  if (brokers.empty() && !dirs_.empty()) {
    if (follows())
      return fail(ErrorCode::INVALID_ARGUMENT,
                  "--follow is for a running cluster: a data directory does not grow");
    Findings findings;
    TRY_ASSIGN(auto logs, OfflineLogs::open(dirs_, findings));
    return run_on(*logs, std::move(findings));
  }
  if (brokers.empty()) brokers = brokers_;
  if (brokers.empty())
    return fail(ErrorCode::CONFIG_INVALID,
                "no log is named: give --dir DATA of each replica, or --dir, --brokers or "
                "USHER_BROKERS of a cluster");
  cli::Session session(brokers, timeout_);
  session_ = &session;
  TRY_ASSIGN(auto logs, NetworkLogs::open(session, streams_follow()));
  auto code = run_on(*logs, {});
  session_ = nullptr;
  return code;
}

Result<EventLog> log_of_event(const Logs& logs, std::string_view event) {
  const wire::SpaceInfo* space = logs.catalog().space(seats::kSpace);
  auto topics = space ? SeatsTopics::of(logs.catalog(), space->id) : std::nullopt;
  if (!topics)
    return fail(ErrorCode::NOT_FOUND,
                fmt::format("a space '{}' with the topics of the seats app", seats::kSpace));
  Slot slot = slot_of_key(as_bytes(event));
  PartitionId partition =
      slot.value() < space->slots.size() ? space->slots[slot.value()] : PartitionId(0);
  return EventLog{{space->id, partition}, std::move(*topics)};
}

}  // namespace usher::audit

// What every command that talks to a cluster has: where the cluster is, how long to wait, and
// whether a person or a script reads the answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/session.h"
#include "proto/net/transport.h"

namespace usher::cli {

class ClusterCommand : public Command {
 public:
  void add_to(service::Settings& settings) final;
  Result<int> run() final;

 protected:
  // The command's own flags and arguments; those of every command come behind them.
  virtual void add_own(service::Settings& settings) { static_cast<void>(settings); }
  virtual Result<int> run_on(Session& session) = 0;
  // Not where it is told another way.
  virtual bool needs_cluster() const { return true; }
  bool json() const { return json_; }
  Duration timeout() const { return timeout_; }

 private:
  std::vector<net::Endpoint> brokers_;
  std::optional<std::string> dir_;
  Duration timeout_ = 10s;
  bool json_ = false;
};

// "SPACE/TOPIC".
struct TopicName {
  std::string space;
  std::string topic;
};
service::ValueType<TopicName> topic_name_value();
// 1–64 of A–Z a–z 0–9 . _ : -
service::ValueType<std::string> name_value();

}  // namespace usher::cli

// What every command of the audit has: where the logs are. Data directories (copies, or of brokers
// that are stopped) are read as files; a cluster is asked as any consumer asks.
//
//     --dir of `usher cluster start` ─┐
//     --brokers, USHER_BROKERS ───────┴─→ NetworkLogs ─┐
//     --dir DATA, once for each replica ─→ OfflineLogs ┴─→ run_on(logs)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/cli/command.h"
#include "client/cli/session.h"
#include "tools/audit/logs.h"
#include "tools/audit/seats/seats_topics.h"

namespace usher::audit {

class AuditCommand : public cli::Command {
 public:
  void add_to(service::Settings& settings) final;
  Result<int> run() final;

 protected:
  virtual void add_own(service::Settings& settings) = 0;
  // `findings`: of the journals, where there are any.
  virtual Result<int> run_on(Logs& logs, Findings findings) = 0;
  bool json() const { return json_; }
  const Clock& clock() const { return clock_; }
  // The command goes on at the log's end until it is stopped; only a cluster's log grows.
  virtual bool follows() const { return false; }
  // And its streams do: else it opens them again.
  virtual bool streams_follow() const { return follows(); }
  // Ctrl-C came. Both are for commands that follow.
  bool interrupted() const { return session_ && session_->interrupted(); }
  void pause(Duration time) {
    if (session_) session_->run_for(time);
  }

 private:
  Result<std::vector<net::Endpoint>> brokers_of_directories() const;

  SystemClock clock_;
  cli::Session* session_ = nullptr;
  std::vector<net::Endpoint> brokers_;
  std::vector<std::string> dirs_;
  Duration timeout_ = 10s;
  bool json_ = false;
};

// The event's partition. NOT_FOUND: there is no space of the seats app.
struct EventLog {
  PartitionKey key;
  SeatsTopics topics;
};
Result<EventLog> log_of_event(const Logs& logs, std::string_view event);

}  // namespace usher::audit

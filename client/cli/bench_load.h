// The load of `usher bench produce`: records handed to a Producer one by one. Closed: so many are
// outstanding. Open: at a rate, whatever the answers do; a record's latency counts from when it was
// due, so that a pause of the cluster is charged to every record it held up.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "client/cli/bench_report.h"
#include "client/cli/session.h"
#include "client/producer.h"

namespace usher::cli {

struct LoadOptions {
  client::Topic topic;
  size_t record_bytes = 100;
  uint64_t outstanding = 50'000;
  uint64_t rate = 0;  // a second; 0: as fast as it goes
  Duration warm_up = {};
  Duration time = {};
  uint64_t most = UINT64_MAX;  // records in all
  client::ProducerOptions producer;
};

class ProduceLoad {
 public:
  ProduceLoad(Session& session, LoadOptions options, BenchReport& report);
  // Until the time is over or Ctrl-C, and then until everything has its outcome.
  void run();

 private:
  void go_on();
  void go_soon(Duration delay);
  bool send_one(MonotonicTime due);
  void take(MonotonicTime due, const Result<client::Receipt>& outcome);
  bool is_over(MonotonicTime now) const;
  uint64_t due_by(MonotonicTime now) const;

  Session& session_;
  LoadOptions options_;
  BenchReport& report_;
  client::Producer producer_;
  std::string value_;
  std::array<char, 8> key_{};
  uint64_t sent_ = 0;
  uint64_t open_ = 0;
  bool go_is_posted_ = false;
  MonotonicTime began_;
  MonotonicTime counts_from_;
  MonotonicTime ends_;
  MonotonicTime last_counted_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli

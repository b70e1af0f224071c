// A command's connection to a cluster, for a program that does one thing after the other: it owns
// the loop and runs it while something is waited for. Ctrl-C ends the waiting, once; a second one
// ends the program. There is one at a time, for signals come to one place; what works on several
// threads has others beside it.
//
//     command ── wait(ask …) ─→ loop runs: Cluster, Producer, Consumer … ─→ answer, or Ctrl-C
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "client/admin.h"
#include "client/cluster.h"
#include "proto/base/system_clock.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/asio_transport.h"
#include "proto/service/signal_thread.h"

namespace usher::cli {

class Session {
 public:
  // brokers: where the cluster is; none: a session without one.
  Session(std::vector<net::Endpoint> brokers, Duration timeout);
  // For another thread, to the same cluster. The first outlives it, and hears Ctrl-C for both: what
  // is waited for here then ends with its answer, or its timeout.
  struct Beside {
    const Session& first;
  };
  explicit Session(Beside beside);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Clock& clock() const { return clock_; }
  Scheduler& scheduler() { return scheduler_; }
  net::AsioScheduler& asio_scheduler() { return scheduler_; }
  net::Transport& transport() { return transport_; }
  client::Cluster& cluster() { return cluster_; }
  // For one thing that is asked.
  Duration timeout() const { return timeout_; }
  bool interrupted() const { return interrupted_ || (first_ && first_->signalled_); }
  // To tidy up after Ctrl-C; was_interrupted() remembers.
  void forget_interruption() { interrupted_ = false; }
  bool was_interrupted() const { return was_interrupted_; }

  template <class T>
  using Answer = std::move_only_function<void(Result<T>)>;
  // Starts something and runs the loop until it answers. CLOSED after Ctrl-C; the answer, should it
  // come, is dropped.
  template <class T>
  Result<T> wait(const std::function<void(Answer<T>)>& start);

  // Runs the loop until stop() is called from it, or Ctrl-C.
  void run();
  void stop() { scheduler_.stop(); }
  // Until then, or stop(), or Ctrl-C.
  void run_for(Duration time);
  // What is ready to be done.
  void turn();

  Result<client::MetadataPtr> metadata();
  Result<client::MetadataPtr> fresh_metadata();
  template <class Request>
  Result<void> change(Request request);
  template <class Reply, class Request>
  Result<Reply> ask(client::PartitionAt at, Request request);
  template <class Reply, class Request>
  Result<Reply> ask_controller(Request request);

 private:
  const Session* first_ = nullptr;
  SystemClock clock_;
  std::vector<net::Endpoint> brokers_;
  Duration timeout_;
  std::atomic<bool> signalled_ = false;  // by any thread to be read
  bool interrupted_ = false;
  bool was_interrupted_ = false;
  // Before the loop: its thread sees no signals.
  std::optional<service::SignalThread> signals_;
  net::AsioScheduler scheduler_;
  net::AsioTransport transport_;
  client::Cluster cluster_;
};

template <class T>
Result<T> Session::wait(const std::function<void(Answer<T>)>& start) {
  // Shared: an answer that comes after Ctrl-C finds nobody.
  auto slot = std::make_shared<std::optional<Result<T>>>();
  start([this, slot](Result<T> answer) {
    *slot = std::move(answer);
    stop();
  });
  while (!*slot && !interrupted()) run();
  if (*slot) return std::move(**slot);
  return fail(ErrorCode::CLOSED, "stopped by a signal before the answer came");
}

template <class Request>
Result<void> Session::change(Request request) {
  return wait<void>([&](Answer<void> answer) {
    client::change(cluster_, std::move(request), timeout_, std::move(answer));
  });
}

template <class Reply, class Request>
Result<Reply> Session::ask(client::PartitionAt at, Request request) {
  return wait<Reply>([&](Answer<Reply> answer) {
    client::ask_partition<Reply>(cluster_, at, std::move(request), timeout_, std::move(answer));
  });
}

template <class Reply, class Request>
Result<Reply> Session::ask_controller(Request request) {
  auto answer = wait<net::Message>([&](Answer<net::Message> take) {
    cluster_.ask_controller({std::move(request), {}}, timeout_, std::move(take));
  });
  return client::reply_of<Reply>(std::move(answer));
}

}  // namespace usher::cli

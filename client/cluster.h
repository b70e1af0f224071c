// A cluster as a client sees it: one Channel to each broker, the newest metadata, and requests that
// find their way. Questions are repeated until their deadline; an append is one attempt, because
// the Producer keeps the order. Lives on one Scheduler.
//
//     ask(broker) ───────────────→ Link ── up ──→ Channel ═ broker
//     ask_leader(partition) ─→ Routes ─┘ └ down: UNREACHABLE at once
//     ask_controller, ask_any ─→ ┘
//     refresh ─→ metadata of any broker ─→ Routes
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/attempts.h"
#include "client/routes.h"
#include "proto/base/random.h"
#include "proto/base/scheduler.h"
#include "proto/net/channel.h"

namespace usher::client {

struct ClusterOptions {
  // Of some brokers; the others are found through them.
  std::vector<net::Endpoint> brokers;
  std::string program = "client";
};

class Cluster {
 public:
  using Answer = net::Channel::Answer;
  using Known = std::move_only_function<void(Result<MetadataPtr>)>;

  // Transport and scheduler outlive it.
  Cluster(net::Transport& transport, Scheduler& scheduler, Random random, ClusterOptions options);
  // Answers that have not come are not called.
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  Scheduler& scheduler() { return scheduler_; }
  MonotonicTime now() const { return scheduler_.clock().monotonic(); }
  Random stream(std::string_view name) const { return random_.stream(name); }

  // How many brokers it was told of at its start.
  size_t brokers_named() const { return options_.brokers.size(); }
  // None before the first answer of refresh().
  const MetadataPtr& metadata() const { return routes_.metadata(); }
  Routes& routes() { return routes_; }
  // Metadata that a broker gave after this call.
  void refresh(Duration within, Known known);
  // What is known, or the first that comes.
  void with_metadata(Duration within, Known known);
  // What is known led astray: it is asked for anew, once for all who say so.
  void doubt();
  // Metadata at least as new as what was told to be done.
  void refresh_to(uint64_t version, Duration within, Known known);

  // One attempt. The answer comes at the latest `within` from now.
  void ask(BrokerId broker, net::Message request, Duration within, Answer answer);
  void ask_leader_once(PartitionAt at, net::Message request, Duration within, Answer answer);
  // Also somebody who is no broker: a daemon of an app.
  void ask_endpoint(const net::Endpoint& endpoint, net::Message request, Duration within,
                    Answer answer);
  // Nobody asks there any more: no connection is kept up.
  void forget_endpoint(const net::Endpoint& endpoint);

  // What a broker's refusal says about who leads the partition.
  void learn_from(PartitionAt at, BrokerId asked, const Error& why);

  // Again and elsewhere until there is an answer or the deadline: for what can be repeated.
  void ask_leader(PartitionAt at, net::Message request, Duration within, Answer answer);
  void ask_controller(net::Message request, Duration within, Answer answer);
  void ask_any(net::Message request, Duration within, Answer answer);
  // Things that are made or deleted: an attempt whose outcome is unknown is not made again.
  void tell_controller(net::Message request, Duration within, Answer answer);

 private:
  class Link;
  struct Asking;
  struct Refreshing;
  using Whom = std::function<std::optional<net::Endpoint>(Cluster&)>;

  Link& link_to(const net::Endpoint& endpoint);
  std::optional<net::Endpoint> endpoint_of(BrokerId broker) const;
  // Any broker, another one each time.
  std::optional<net::Endpoint> next_broker();
  void begin(std::shared_ptr<Asking> asking);
  void attempt(const std::shared_ptr<Asking>& asking);
  void after_failure(const std::shared_ptr<Asking>& asking, Error why);
  void fetch_metadata();
  void take_metadata(Result<net::Message> answer);
  void went_down(const net::Endpoint& endpoint);

  net::Transport& transport_;
  Scheduler& scheduler_;
  Random random_;
  ClusterOptions options_;
  Routes routes_;
  std::map<net::Endpoint, std::unique_ptr<Link>> links_;
  size_t next_broker_ = 0;
  // Those that wait for metadata; one question is under way for all of them.
  std::vector<std::shared_ptr<Refreshing>> refreshing_;
  bool is_fetching_ = false;
  uint32_t failures_ = 0;
  Error last_failure_{ErrorCode::UNREACHABLE, "no broker was asked yet"};
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// The alternative that answers the question, or why there is none.
template <class Reply>
Result<Reply> reply_of(Result<net::Message> answer) {
  if (!answer) return std::unexpected(std::move(answer).error());
  if (auto* reply = std::get_if<Reply>(&answer->envelope)) return std::move(*reply);
  return fail(ErrorCode::ENVELOPE_MALFORMED, "an answer to another question");
}

}  // namespace usher::client

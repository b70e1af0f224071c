// What comes in on a connection, to whom it belongs: one conversation, one object. Refuses what
// only a founded broker can answer until it is one. One Scheduler's thread.
#pragma once

#include "broker/server/app_sessions.h"
#include "broker/server/data_requests.h"
#include "broker/server/fetch_requests.h"
#include "broker/server/founding.h"

namespace usher::server {

// What a founded broker answers with. All of it outlives Requests.
struct Conversations {
  DataRequests& data;
  FetchRequests& fetches;
  AppSessions& apps;
  controller::Controller& controller;
  Replicas& replicas;
  std::function<wire::Metadata()> metadata;
};

class Requests final : public net::RequestHandler {
 public:
  Requests(Scheduler& scheduler, Founding& founding, const Identity& identity, wire::Founder self)
      : scheduler_(scheduler), founding_(founding), identity_(identity), self_(std::move(self)) {}

  // From now on everything is answered.
  void serve(Conversations conversations) { serving_.emplace(std::move(conversations)); }
  bool is_serving() const { return serving_.has_value(); }
  uint64_t unexpected() const { return unexpected_; }

  void on_request(const net::Peer& peer, net::Message request, net::Responder answer) override;
  void on_message(const net::Peer& peer, net::Message message) override;
  void on_gone(const net::Peer& peer) override;

 private:
  // The founding, which needs no cluster.
  bool take_early(const net::Message& request, net::Responder& answer);
  void introduce(const wire::IntroduceRequest& request, net::Responder answer);
  void route(const net::Peer& peer, net::Message request, net::Responder answer);
  template <class Request>
  void change(const Request& request, net::Responder answer);
  void new_epoch(const wire::NewEpochRequest& request, net::Responder answer);

  Scheduler& scheduler_;
  Founding& founding_;
  const Identity& identity_;
  wire::Founder self_;
  std::optional<Conversations> serving_;
  uint64_t unexpected_ = 0;  // envelopes that no client sends
};

}  // namespace usher::server

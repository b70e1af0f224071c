// The API without a socket: a request of HTTP in, its answer later. It reads what every call has in
// common (method, path, ids, key, kind of body), gives the call to who answers it (call.h), and
// writes what every answer has (request id, problem, metrics).
//
//     handle ─→ Exchange ─→ route ─→ answer(Sources, route, …) … Reply ─→ finish ─→ respond
//     drain ──→ long polls are answered as things are; new requests get 503; then done
#pragma once

#include <map>
#include <memory>

#include "client/gateway/call.h"
#include "proto/base/log.h"
#include "proto/base/random.h"
#include "proto/base/scheduler.h"
#include "proto/net/http_message.h"

namespace usher::gateway {

// What the API needs besides what its calls answer from.
struct ApiParts {
  Sources sources;
  Metrics& metrics;
  Log log;
  Random random;
  // Why no work is wanted now; "": it is.
  std::function<std::string()> why_not_ready;
};

class Api {
 public:
  using Respond = std::move_only_function<void(net::HttpAnswer)>;

  explicit Api(ApiParts parts);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  void handle(net::HttpRequest request, Respond respond);
  // For what never became a request.
  net::HttpAnswer refusal(unsigned status, std::string_view why);
  void drain(Callback done);

  size_t open() const { return open_.size(); }

 private:
  struct Exchange;
  void dispatch(uint64_t number, net::HttpRequest request);
  void finish(uint64_t number, Parsed<Answered> answered);
  void begin_waiting(Exchange& exchange, const ShowReservationRoute& route);
  net::HttpAnswer made(Parsed<Answered> answered, const std::string& request_id) const;
  // What went wrong here, under the id that its caller has.
  void tell(const Exchange& exchange, const Problem& problem) const;
  void count(std::string_view route, unsigned status, Duration took);
  void drained_if_so();
  std::string new_request_id();

  ApiParts parts_;
  MetricFamily<Counter> requests_;
  MetricFamily<Durations> seconds_;
  std::shared_ptr<Gauge> waiters_;
  std::shared_ptr<Counter> wait_timeouts_;
  std::map<uint64_t, Exchange> open_;
  uint64_t next_number_ = 1;
  size_t waiting_ = 0;
  bool is_draining_ = false;
  Callback drained_;
};

}  // namespace usher::gateway

#include "client/gateway/api.h"

#include <utility>

#include <fmt/format.h>

#include "client/gateway/request_fields.h"
#include "client/gateway/views.h"
#include "proto/base/limits.h"

namespace usher::gateway {
namespace {

// The label of what no route was found for.
constexpr std::string_view kNoRoute = "none";

bool changes_something(std::string_view method) { return method != "GET"; }

}  // namespace

struct Api::Exchange {
  Respond respond;
  MonotonicTime began;
  std::string request_id;
  std::string_view route = kNoRoute;
  // Of a long poll: what it is answered when time is up for all.
  std::optional<seats::ReservationId> waits_for = {};
};

Api::Api(ApiParts parts)
    : parts_(std::move(parts)),
      requests_(parts_.metrics.counter("usher_gateway_requests_total",
                                       "Requests answered, by route and status.",
                                       {"route", "code"})),
      seconds_(parts_.metrics.durations("usher_gateway_request_seconds",
                                        "From a whole request to its answer.", {"route"})),
      waiters_(parts_.metrics
                   .gauge("usher_gateway_waiters", "Callers that wait for a reservation's outcome.")
                   .with()),
      wait_timeouts_(
          parts_.metrics
              .counter("usher_gateway_wait_timeouts_total",
                       "Callers that were told PENDING because the time they gave was over.")
              .with()) {
  parts_.sources.cache_rejections =
      parts_.metrics
          .counter("usher_cache_rejections_total",
                   "Requests turned away because the section cache knows of too few seats.")
          .with();
}

Api::~Api() = default;

std::string Api::new_request_id() {
  return fmt::format("{:016x}{:016x}", parts_.random.next(), parts_.random.next());
}

void Api::handle(net::HttpRequest request, Respond respond) {
  uint64_t number = next_number_++;
  open_.emplace(number, Exchange{.respond = std::move(respond),
                                 .began = parts_.sources.clock.monotonic(),
                                 .request_id = request_id_of(request).value_or(new_request_id())});
  // The answer of HEAD is that of GET; the server leaves its body out.
  if (request.method == "HEAD") request.method = "GET";
  dispatch(number, std::move(request));
}

void Api::dispatch(uint64_t number, net::HttpRequest request) {
  Exchange& exchange = open_.at(number);
  auto route = route_of(request.method, request.target);
  if (!route) return finish(number, std::unexpected(std::move(route).error()));
  exchange.route = label_of(*route);
  std::string not_ready = is_draining_ ? "stopping" : parts_.why_not_ready();
  if (auto* health = std::get_if<HealthRoute>(&*route)) {
    if (health->ready && !not_ready.empty())
      return finish(number, refuse(503, "NOT_READY", std::move(not_ready)));
    return finish(number, Answered{.body = R"({"status":"ok"})"});
  }
  if (!not_ready.empty()) return finish(number, refuse(503, "UNAVAILABLE", std::move(not_ready)));
  if (open_.size() > limits::kGatewayRequests)
    return finish(number, refuse(503, "UNAVAILABLE", "too many requests are under way"));
  if (changes_something(request.method))
    if (auto json = expect_json(request); !json)
      return finish(number, std::unexpected(std::move(json).error()));
  auto key = idempotency_key_of(request);
  if (!key) return finish(number, std::unexpected(std::move(key).error()));

  if (auto* show = std::get_if<ShowReservationRoute>(&*route)) begin_waiting(exchange, *show);
  Asked asked{.body = std::move(request.body),
              .key = std::move(*key),
              .trace = {.request_id = exchange.request_id, .traceparent = traceparent_of(request)}};
  Reply reply = [this, number](Parsed<Answered> answered) { finish(number, std::move(answered)); };
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (!std::is_same_v<Kind, HealthRoute>)
          answer(parts_.sources, kind, std::move(asked), std::move(reply));
      },
      *route);
}

void Api::begin_waiting(Exchange& exchange, const ShowReservationRoute& route) {
  if (route.wait == Duration::zero()) return;
  exchange.waits_for = route.id;
  waiters_->set(static_cast<double>(++waiting_));
}

// Once for each; what comes after a drain has answered finds nothing.
void Api::finish(uint64_t number, Parsed<Answered> answered) {
  auto found = open_.find(number);
  if (found == open_.end()) return;
  Exchange exchange = std::move(found->second);
  open_.erase(found);
  if (exchange.waits_for) {
    waiters_->set(static_cast<double>(--waiting_));
    if (answered && answered->body == pending_json(*exchange.waits_for)) wait_timeouts_->add();
  }
  if (!answered) tell(exchange, answered.error());
  net::HttpAnswer http = made(std::move(answered), exchange.request_id);
  count(exchange.route, http.status, parts_.sources.clock.monotonic() - exchange.began);
  exchange.respond(std::move(http));
  drained_if_so();
}

// 503 is for the caller, who comes again; there may be very many.
void Api::tell(const Exchange& exchange, const Problem& problem) const {
  if (problem.status < 500) return;
  LogLevel level = problem.status == 503 ? LogLevel::kDebug : LogLevel::kWarn;
  parts_.log.write(level, "a request failed",
                   {{"request", exchange.request_id},
                    {"route", exchange.route},
                    {"status", problem.status},
                    {"code", problem.code},
                    {"detail", problem.detail}});
}

void Api::count(std::string_view route, unsigned status, Duration took) {
  requests_.with({route, fmt::to_string(status)})->add();
  seconds_.with({route})->record(took);
}

net::HttpAnswer Api::made(Parsed<Answered> answered, const std::string& request_id) const {
  net::HttpAnswer http;
  if (answered) {
    http = {.status = answered->status,
            .content_type = std::move(answered->content_type),
            .body = std::move(answered->body),
            .fields = {}};
    if (!answered->location.empty())
      http.fields.emplace_back("Location", std::move(answered->location));
  } else {
    const Problem& problem = answered.error();
    http = {.status = problem.status,
            .content_type = "application/problem+json",
            .body = problem_json(problem, request_id),
            .fields = {}};
    if (!problem.allow.empty()) http.fields.emplace_back("Allow", problem.allow);
    if (problem.status == 503)
      http.fields.emplace_back("Retry-After", fmt::to_string(Problem::kRetryAfterS));
  }
  http.fields.emplace_back("X-Request-Id", request_id);
  return http;
}

net::HttpAnswer Api::refusal(unsigned status, std::string_view why) {
  std::string_view code = status == 408   ? "REQUEST_TIMEOUT"
                          : status == 413 ? "BODY_TOO_LARGE"
                          : status == 431 ? "HEADER_TOO_LARGE"
                          : status == 400 ? "MALFORMED_REQUEST"
                                          : "INTERNAL";
  count(kNoRoute, status, Duration::zero());
  return made(refuse(status, code, std::string(why)), new_request_id());
}

void Api::drain(Callback done) {
  is_draining_ = true;
  drained_ = std::move(done);
  std::vector<std::pair<uint64_t, seats::ReservationId>> polls;
  for (const auto& [number, exchange] : open_)
    if (exchange.waits_for) polls.emplace_back(number, *exchange.waits_for);
  for (const auto& [number, id] : polls) finish(number, Answered{.body = pending_json(id)});
  drained_if_so();
}

void Api::drained_if_so() {
  if (is_draining_ && open_.empty() && drained_) std::exchange(drained_, nullptr)();
}

}  // namespace usher::gateway

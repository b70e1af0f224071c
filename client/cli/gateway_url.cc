#include "client/cli/gateway_url.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "client/cli/output.h"
#include "client/cli/reservation_text.h"
#include "proto/base/limits.h"
#include "proto/base/quote.h"
#include "proto/net/http_client.h"
#include "proto/service/exit_code.h"

namespace usher::cli {
namespace {

namespace json = boost::json;

// More than a gateway's own time for a write and its outcome.
constexpr Duration kAnswerWithin = limits::kGatewayWriteTimeout + limits::kGatewayReadTimeout + 5s;

Result<net::Endpoint> parse_url(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  std::string_view rest = text;
  if (rest.starts_with(kScheme)) {
    rest.remove_prefix(kScheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (auto endpoint = net::Endpoint::parse(rest)) return endpoint;
  }
  return fail(ErrorCode::INVALID_ARGUMENT,
              quote(text) + " is not a gateway: expected http://HOST:PORT");
}

std::string body_of(const ReserveByUrl& request) {
  json::object body{{"eventId", request.event}, {"userId", request.what.user}};
  if (request.what.seats.empty()) {
    body["section"] = request.what.section;
    body["seatCount"] = request.what.count;
  } else {
    json::array names;
    for (seats::Seat seat : request.what.seats)
      names.push_back(json::string(seats::seat_name(request.what.section, seat)));
    body["seats"] = std::move(names);
  }
  if (request.what.split) body["split"] = true;
  return json::serialize(body);
}

std::string text_in(const std::string& body, std::string_view name) {
  boost::system::error_code error;
  json::value value = json::parse(body, error);
  if (error || !value.is_object()) return "";
  const json::value* found = value.get_object().if_contains({name.data(), name.size()});
  return found && found->is_string() ? std::string(found->get_string()) : "";
}

// "error: CODE: detail", and the exit code that goes with the status.
int problem(const net::HttpAnswer& answer) {
  std::string code = text_in(answer.body, "code");
  remark(fmt::format("error: {}: {}", code.empty() ? fmt::to_string(answer.status) : code,
                     text_in(answer.body, "detail")));
  switch (answer.status) {
    case 409:
    case 422:
      return service::kRefused;
    case 400:
      return service::kWrongUsage;
    case 503:
    case 504:
      return service::kNoOutcome;
    default:
      return service::kFailed;
  }
}

}  // namespace

service::ValueType<net::Endpoint> http_url_value() {
  return {"URL", parse_url,
          [](const net::Endpoint& endpoint) { return "http://" + endpoint.text(); }};
}

Result<net::HttpAnswer> GatewayUrl::ask(std::string method, std::string target, std::string body,
                                        net::HttpFields fields, Duration within) {
  if (!body.empty()) fields.emplace_back("Content-Type", "application/json");
  net::HttpRequest request{.method = std::move(method),
                           .target = std::move(target),
                           .fields = std::move(fields),
                           .body = std::move(body)};
  return session_.wait<net::HttpAnswer>([&](Session::Answer<net::HttpAnswer> answer) {
    net::http_ask(session_.asio_scheduler(), at_, std::move(request), within, std::move(answer));
  });
}

Result<net::HttpAnswer> GatewayUrl::ask_until(
    const std::function<Result<net::HttpAnswer>(Duration left)>& ask, MonotonicTime until) {
  for (;;) {
    Duration left = std::max<Duration>(until - session_.clock().monotonic(), 1s);
    auto answer = ask(left);
    bool is_final = answer ? answer->status != 503 && answer->status != 504
                           : answer.error().retry() == Retry::kNever;
    if (is_final || session_.interrupted() || session_.clock().monotonic() >= until) return answer;
    session_.run_for(limits::kRetryDelayMax);
  }
}

Result<net::HttpAnswer> GatewayUrl::wait_for(const std::string& id, MonotonicTime until) {
  for (;;) {
    auto answer = ask_until(
        [&](Duration left) {
          auto wait = std::chrono::ceil<std::chrono::seconds>(
              std::min<Duration>(left, limits::kGatewayWaitMax));
          return ask("GET", fmt::format("/api/reservations/{}?wait={}", id, wait.count()), "", {},
                     wait + kAnswerWithin);
        },
        until);
    bool is_pending =
        answer && answer->status == 200 && text_in(answer->body, "status") == "PENDING";
    if (!is_pending || session_.interrupted() || session_.clock().monotonic() >= until)
      return answer;
  }
}

Result<int> GatewayUrl::reserve(const ReserveByUrl& request, bool as_json) {
  MonotonicTime until = session_.clock().monotonic() + request.wait;
  net::HttpFields fields;
  if (request.key) fields.emplace_back("Idempotency-Key", *request.key);
  std::string body = body_of(request);
  auto post = [&](Duration) {
    return ask("POST", "/api/reservations", body, fields, kAnswerWithin);
  };
  // Only under a key is the same again the same booking.
  auto answer = request.key ? ask_until(post, until) : post({});
  if (!answer) return std::unexpected(std::move(answer).error());
  if (answer->status == 202 && request.wait > Duration::zero()) {
    std::string id = text_in(answer->body, "reservationId");
    answer = wait_for(id, until);
    if (!answer) return std::unexpected(std::move(answer).error());
    if (text_in(answer->body, "status") == "PENDING")
      remark("usher reservation show " + id + " tells what became of it");
  }
  if (answer->status >= 300) return problem(*answer);
  int code = told(answer->body, as_json);
  return request.wait == Duration::zero() && code == service::kNoOutcome ? service::kDone : code;
}

Result<int> GatewayUrl::show(const seats::ReservationId& id, Duration wait, bool as_json) {
  auto answer = wait_for(id.text(), session_.clock().monotonic() + wait);
  if (!answer) return std::unexpected(std::move(answer).error());
  if (answer->status != 200) return problem(*answer);
  int code = told(answer->body, as_json, true);
  return wait == Duration::zero() ? service::kDone : code;
}

Result<int> GatewayUrl::settle(const seats::ReservationId& id, booking::Settling what,
                               bool as_json) {
  bool pays = what == booking::Settling::kPay;
  std::string path = "/api/reservations/" + id.text();
  auto answer = pays ? ask("POST", path + "/payment", "", {}, kAnswerWithin)
                     : ask("DELETE", path, "", {}, kAnswerWithin);
  if (!answer) return std::unexpected(std::move(answer).error());
  if (answer->status != 200) return problem(*answer);
  return told(answer->body, as_json);
}

}  // namespace usher::cli

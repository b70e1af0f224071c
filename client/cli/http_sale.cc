#include "client/cli/http_sale.h"

#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "proto/base/limits.h"
#include "proto/base/quote.h"

namespace usher::cli {
namespace {

namespace json = boost::json;

std::string_view member(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains({name.data(), name.size()});
  if (!found || !found->is_string()) return {};
  return {found->get_string().data(), found->get_string().size()};
}

Result<std::vector<seats::Seat>> seats_in(const json::object& from) {
  std::vector<seats::Seat> seats;
  const json::value* list = from.if_contains("seats");
  if (!list || !list->is_array()) return seats;
  for (const json::value& name : list->get_array()) {
    if (!name.is_string()) return fail(ErrorCode::RECORD_MALFORMED, "a seat that is no name");
    TRY_ASSIGN(auto seat,
               seats::parse_seat_name({name.get_string().data(), name.get_string().size()}));
    seats.push_back(seat.seat);
  }
  return seats;
}

net::HttpRequest post_of(uint64_t number, const std::string& event, const SaleRequest& what) {
  return {.method = "POST",
          .target = "/api/reservations",
          .fields = {{"Content-Type", "application/json"}},
          .body = fmt::format(R"({{"eventId":"{}","section":"{}","seatCount":{},"userId":"u{}"}})",
                              event, sale_section_name(what.section), what.seats, number)};
}

net::HttpRequest question_of(const std::string& id) {
  constexpr auto kWait = std::chrono::seconds(limits::kGatewayWaitMax / std::chrono::seconds(1));
  return {.method = "GET",
          .target = fmt::format("/api/reservations/{}?wait={}", id, kWait.count()),
          .fields = {},
          .body = ""};
}

}  // namespace

Result<SaleAnswer> sale_answer_of(const net::HttpAnswer& answer) {
  auto unexpected = [&answer] {
    return fail(ErrorCode::INTERNAL, fmt::format("a gateway answered {}: {}", answer.status,
                                                 quote(answer.body.substr(0, 200))));
  };
  boost::system::error_code error;
  json::value value = json::parse(answer.body, error);
  if (error || !value.is_object()) return unexpected();
  const json::object& body = value.get_object();
  if (answer.status == 409 && member(body, "code") == "SOLD_OUT")
    return SaleAnswer{.outcome = SaleOutcome{.kind = SaleOutcome::Kind::kRejectedByCache}};
  if (answer.status != 200 && answer.status != 202) return unexpected();
  std::string_view status = member(body, "status");
  std::string_view id = member(body, "reservationId");
  if (status == "PENDING" && !id.empty()) return SaleAnswer{.pending = std::string(id)};
  if (status != "CONFIRMED" && status != "REJECTED") return unexpected();
  TRY_ASSIGN(auto seats, seats_in(body));
  return SaleAnswer{.outcome = SaleOutcome{.kind = status == "CONFIRMED"
                                                       ? SaleOutcome::Kind::kConfirmed
                                                       : SaleOutcome::Kind::kRejectedByLog,
                                           .section = std::string(member(body, "section")),
                                           .seats = std::move(seats)}};
}

Result<void> HttpSale::start(SaleOutcomes& outcomes) {
  outcomes_ = &outcomes;
  return {};
}

void HttpSale::send(uint64_t number, const std::string& event, const SaleRequest& what) {
  Caller caller;
  if (idle_.empty()) {
    caller = std::make_unique<net::HttpCaller>(session_.asio_scheduler(), gateway_);
  } else {
    caller = std::move(idle_.back());
    idle_.pop_back();
  }
  ask(number, std::move(caller), post_of(number, event, what));
}

// The callback owns the connection, and ends it when this is gone.
void HttpSale::ask(uint64_t number, Caller caller, const net::HttpRequest& request) {
  net::HttpCaller& line = *caller;
  auto answered = [this, number, alive = std::weak_ptr(alive_),
                   caller = std::move(caller)](Result<net::HttpAnswer> answer) mutable {
    if (!alive.expired()) take(number, std::move(caller), std::move(answer));
  };
  line.ask(request, std::move(answered));
}

void HttpSale::take(uint64_t number, Caller caller, Result<net::HttpAnswer> answer) {
  if (answer) outcomes_->on_bytes(answer->body.size());
  auto told = answer ? sale_answer_of(*answer) : std::unexpected(answer.error());
  if (told && !told->outcome) return ask(number, std::move(caller), question_of(told->pending));
  // First, so that the next request finds it.
  idle_.push_back(std::move(caller));
  if (!told) return outcomes_->on_outcome(number, std::unexpected(std::move(told).error()));
  outcomes_->on_outcome(number, std::move(*told->outcome));
}

}  // namespace usher::cli

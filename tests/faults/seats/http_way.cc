#include "tests/faults/seats/http_way.h"

#include <fmt/format.h>

#include "client/cli/output.h"

namespace usher::faults {

void HttpWay::reserve(const Request& request, Told told) {
  cli::JsonObject body;
  body.text("eventId", request.event).text("userId", request.what.user);
  if (request.what.seats.empty()) {
    body.text("section", request.what.section).number("seatCount", request.what.count);
  } else {
    std::vector<std::string> names;
    for (seats::Seat seat : request.what.seats)
      names.push_back(seat_name(request.what.section, seat));
    body.raw("seats", cli::json_texts(names));
  }
  if (request.what.split) body.truth("split", true);
  net::HttpRequest post{.method = "POST",
                        .target = "/api/reservations",
                        .fields = {{"Content-Type", "application/json"}},
                        .body = body.done()};
  if (request.key) post.fields.emplace_back("Idempotency-Key", *request.key);
  ask(post, std::move(told));
}

void HttpWay::show(const std::string& id, std::chrono::seconds wait, Told told) {
  ask({.method = "GET",
       .target = fmt::format("/api/reservations/{}?wait={}", id, wait.count()),
       .fields = {},
       .body = ""},
      std::move(told));
}

void HttpWay::settle(const std::string& id, booking::Settling what, Told told) {
  bool pays = what == booking::Settling::kPay;
  ask({.method = pays ? "POST" : "DELETE",
       .target = fmt::format("/api/reservations/{}{}", id, pays ? "/payment" : ""),
       .fields = {},
       .body = ""},
      std::move(told));
}

// The callback owns the connection, and ends it when this is gone.
void HttpWay::ask(const net::HttpRequest& request, Told told) {
  Caller caller;
  if (idle_.empty()) {
    caller = std::make_unique<net::HttpCaller>(scheduler_, gateway_);
  } else {
    caller = std::move(idle_.back());
    idle_.pop_back();
  }
  net::HttpCaller& line = *caller;
  auto answered = [this, alive = std::weak_ptr(alive_), caller = std::move(caller),
                   told = std::move(told)](Result<net::HttpAnswer> answer) mutable {
    if (alive.expired()) return;
    idle_.push_back(std::move(caller));
    if (answer) return told(answer_of(answer->status, std::move(answer->body)));
    told({.status = 0, .code = std::string(answer.error().name())});
  };
  line.ask(request, std::move(answered));
}

}  // namespace usher::faults

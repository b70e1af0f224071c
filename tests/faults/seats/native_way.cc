#include "tests/faults/seats/native_way.h"

#include <fmt/format.h>

#include "client/cli/output.h"
#include "client/gateway/problem.h"
#include "client/gateway/views.h"
#include "proto/base/check.h"

namespace usher::faults {
namespace {

using booking::Standing;
using seats::ReservationId;

Answer known(unsigned status, const ReservationId& id, const booking::View& view) {
  return answer_of(status, gateway::reservation_json(id, view.entry, view.partition));
}

Answer problem(unsigned status, std::string_view code, const ReservationId& id) {
  return answer_of(status,
                   cli::JsonObject().text("code", code).text("reservationId", id.text()).done());
}

Answer failed(const Error& error, const ReservationId& id) {
  return problem(gateway::problem_of(error).status, error.name(), id);
}

Answer not_there(Standing standing, const ReservationId& id) {
  if (standing == Standing::kGone) return problem(410, "GONE", id);
  return problem(404, "UNKNOWN_RESERVATION", id);
}

ReservationId id_in(const std::string& text) {
  auto id = seats::parse_reservation_id(text);
  CHECK(id.has_value(), "a buyer asks for what he was told");
  return *id;
}

}  // namespace

void NativeWay::reserve(const Request& request, Told told) {
  auto named = std::make_shared<ReservationId>();
  auto done = [named, told = std::move(told)](Result<booking::Reserved> reserved) mutable {
    if (!reserved) return told(failed(reserved.error(), *named));
    switch (reserved->kind) {
      case booking::Reserved::Kind::kKeyReused:
        return told(problem(422, "KEY_REUSED", reserved->id));
      case booking::Reserved::Kind::kRepeated:
        return told(known(200, reserved->id, reserved->view));
      case booking::Reserved::Kind::kTaken:
        return told(answer_of(202, gateway::pending_json(reserved->id)));
    }
  };
  *named = booking_.reserve({.event = request.event, .what = request.what, .key = request.key},
                            std::move(done));
}

void NativeWay::show(const std::string& text, std::chrono::seconds wait, Told told) {
  ReservationId id = id_in(text);
  booking_.show(id, wait, [id, told = std::move(told)](Result<booking::Shown> shown) mutable {
    if (!shown) return told(failed(shown.error(), id));
    if (shown->standing == Standing::kKnown) return told(known(200, id, shown->view));
    if (shown->standing == Standing::kPending)
      return told(answer_of(200, gateway::pending_json(id)));
    told(not_there(shown->standing, id));
  });
}

void NativeWay::settle(const std::string& text, booking::Settling what, Told told) {
  ReservationId id = id_in(text);
  auto done = [id, told = std::move(told)](Result<booking::Settled> settled) mutable {
    if (!settled) return told(failed(settled.error(), id));
    if (settled->standing != Standing::kKnown) return told(not_there(settled->standing, id));
    if (settled->granted) return told(known(200, id, settled->view));
    std::string json = gateway::reservation_json(id, settled->view.entry, settled->view.partition);
    told(answer_of(409,
                   cli::JsonObject().text("code", "WRONG_STATE").raw("reservation", json).done()));
  };
  booking_.settle(id, what, {}, std::move(done));
}

}  // namespace usher::faults

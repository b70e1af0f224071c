#include "client/cli/reservation_text.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "client/cli/output.h"
#include "proto/service/exit_code.h"

namespace usher::cli {
namespace {

namespace json = boost::json;

std::string text(const json::object& reservation, std::string_view name) {
  const json::value* value = reservation.if_contains({name.data(), name.size()});
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::string seats(const json::object& reservation) {
  const json::value* value = reservation.if_contains("seats");
  std::string names;
  if (value && value->is_array())
    for (const json::value& seat : value->get_array())
      if (seat.is_string()) names += " " + std::string(seat.get_string());
  return names;
}

std::string line_of(const json::object& reservation) {
  std::string line =
      fmt::format("{} {}", text(reservation, "reservationId"), text(reservation, "status"));
  line += seats(reservation);
  if (auto until = text(reservation, "heldUntil"); !until.empty()) line += ", held until " + until;
  if (auto first = text(reservation, "duplicateOf"); !first.empty())
    line += ", the same as " + first;
  if (auto reason = text(reservation, "reason"); !reason.empty())
    line += fmt::format(": {}, {}", reason, text(reservation, "detail"));
  return line;
}

}  // namespace

int told(std::string_view reservation_json, bool as_json, bool shows) {
  boost::system::error_code error;
  json::value parsed = json::parse({reservation_json.data(), reservation_json.size()}, error);
  if (error || !parsed.is_object()) return service::kFailed;
  const json::object& reservation = parsed.get_object();
  print(as_json ? std::string(reservation_json) : line_of(reservation));
  std::string status = text(reservation, "status");
  if (status == "PENDING") return service::kNoOutcome;
  if (status == "REJECTED" && !shows) return service::kRefused;
  return service::kDone;
}

}  // namespace usher::cli

#include "client/gateway/problem.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace usher::gateway {

namespace json = boost::json;

std::unexpected<Problem> refuse(unsigned status, std::string_view code, std::string detail) {
  return std::unexpected(
      Problem{.status = status, .code = std::string(code), .detail = std::move(detail)});
}

std::unexpected<Problem> wrong_field(std::string_view field, std::string detail) {
  return std::unexpected(Problem{.status = 400,
                                 .code = "INVALID_FIELD",
                                 .detail = std::move(detail),
                                 .field = std::string(field)});
}

Problem problem_of(const Error& error) {
  switch (error.retry()) {
    case Retry::kSafe:
      return {.status = 503, .code = "UNAVAILABLE", .detail = error.text()};
    case Retry::kUnknown:
      return {.status = 504, .code = "OUTCOME_UNKNOWN", .detail = error.text()};
    case Retry::kNever:
      // A producer that the partition has forgotten: what it sent before may be there.
      if (error.code == ErrorCode::PRODUCER_UNKNOWN)
        return {.status = 504, .code = "OUTCOME_UNKNOWN", .detail = error.text()};
      return {.status = 500, .code = std::string(error.name()), .detail = error.text()};
  }
  return {};
}

Problem unread(const Error& error) {
  bool comes_back = error.retry() != Retry::kNever && error.code != ErrorCode::INTERNAL;
  return {.status = comes_back ? 503U : 500U,
          .code = comes_back ? "UNAVAILABLE" : std::string(error.name()),
          .detail = error.text()};
}

std::string problem_json(const Problem& problem, std::string_view request_id) {
  json::object body{{"type", "about:blank"},    {"title", title_of(problem.status)},
                    {"status", problem.status}, {"code", problem.code},
                    {"detail", problem.detail}, {"requestId", request_id}};
  if (!problem.field.empty()) body["field"] = problem.field;
  if (!problem.reservation.empty()) body["reservationId"] = problem.reservation;
  if (!problem.reservation_json.empty())
    body["reservation"] = json::parse(problem.reservation_json);
  return json::serialize(body);
}

std::string_view title_of(unsigned status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 422:
      return "Unprocessable Content";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Internal Server Error";
  }
}

}  // namespace usher::gateway

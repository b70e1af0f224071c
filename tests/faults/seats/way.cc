#include "tests/faults/seats/way.h"

#include <boost/json.hpp>

#include "proto/base/quote.h"

namespace usher::faults {
namespace {

namespace json = boost::json;

std::string text_in(const json::object& from, std::string_view name) {
  const json::value* found = from.if_contains({name.data(), name.size()});
  return found && found->is_string() ? std::string(found->get_string()) : "";
}

}  // namespace

Answer answer_of(unsigned status, std::string body) {
  Answer answer{.status = status, .body = std::move(body)};
  boost::system::error_code error;
  json::value value = json::parse(answer.body, error);
  if (error || !value.is_object()) {
    answer.body = quote(answer.body);
    return answer;
  }
  const json::object& object = value.get_object();
  answer.code = text_in(object, "code");
  answer.id = text_in(object, "reservationId");
  // A problem's "status" is a number.
  answer.state = text_in(object, "status");
  return answer;
}

}  // namespace usher::faults

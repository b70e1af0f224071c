// What the API answers when it does not do what was asked: application/problem+json. A value, made
// where it is noticed; the request's id is added when it is sent.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/result.h"

namespace usher::gateway {

struct Problem {
  unsigned status = 500;
  std::string code = {};              // "INVALID_FIELD"
  std::string detail = {};            // what happened, and what to do
  std::string field = {};             // the body's or the query's, where one is wrong
  std::string allow = {};             // with 405: the methods there are
  std::string reservation = {};       // its id, with OUTCOME_UNKNOWN
  std::string reservation_json = {};  // as it is, where its state forbids what was asked

  // 503 names when to come again, in seconds.
  static constexpr unsigned kRetryAfterS = 1;
};

template <class T>
using Parsed = std::expected<T, Problem>;

std::unexpected<Problem> refuse(unsigned status, std::string_view code, std::string detail);
// 400, and names the field.
std::unexpected<Problem> wrong_field(std::string_view field, std::string detail);
// What the log's side answered to something that was to be written: 503 where it was surely not
// taken, 504 where that is unknown.
Problem problem_of(const Error& error);

// What was only read could not be told: nothing was done.
Problem unread(const Error& error);

// The body. `request_id` names the request in the gateway's log.
std::string problem_json(const Problem& problem, std::string_view request_id);
std::string_view title_of(unsigned status);

}  // namespace usher::gateway

#include "proto/base/result.h"

#include <array>
#include <memory>
#include <set>

#include "tests/doctest.h"

namespace usher {
namespace {

struct Row {
  int number;
  ErrorCode code;
  std::string_view name;
};

constexpr std::array kRows = {
#define USHER_ERROR(number, code, retry, meaning, hint) Row{number, ErrorCode::code, #code},
#include "proto/base/errors.inc"
#undef USHER_ERROR
};

Result<int> half(int number) {
  if (number % 2 != 0) return fail(ErrorCode::INVALID_ARGUMENT, "odd");
  return number / 2;
}

Result<void> must_be_even(int number) {
  TRY(half(number));
  return {};
}

Result<int> quarter(int number) {
  TRY_ASSIGN(int once, half(number));
  TRY_ASSIGN(int twice, half(once));
  return twice;
}

TEST_CASE("every code of the catalogue is known, has its number, and says what to do") {
  std::set<int> numbers;
  int before = 0;
  for (const Row& row : kRows) {
    INFO(row.name);
    EXPECT(numbers.insert(row.number).second);
    EXPECT(row.number > before);
    before = row.number;
    EXPECT(is_known(row.code));
    const ErrorInfo& found = info(row.code);
    EXPECT(found.name == row.name);
    EXPECT(!found.meaning.empty());
    EXPECT(!found.hint.empty());
  }
}

TEST_CASE("a number from a newer program is told apart and explained as INTERNAL") {
  auto newer = static_cast<ErrorCode>(64'999);
  EXPECT(!is_known(newer));
  EXPECT(info(newer).name == "INTERNAL");
}

TEST_CASE("an error says its code, what happened and what to do") {
  Error error{ErrorCode::TIMED_OUT, "no answer from 127.0.0.1:7101 in 2s"};
  EXPECT(error.text() == "TIMED_OUT: no answer from 127.0.0.1:7101 in 2s; " +
                             std::string(info(ErrorCode::TIMED_OUT).hint));
  Error bare{ErrorCode::TIMED_OUT, ""};
  EXPECT(bare.text().starts_with("TIMED_OUT: " + std::string(info(bare.code).meaning) + "; "));
  EXPECT(error.retry() == Retry::kUnknown);
}

TEST_CASE("TRY stops a function with the error of what it tries") {
  EXPECT(must_be_even(4).has_value());
  REQUIRE(!must_be_even(3));
  EXPECT(must_be_even(3).error() == Error{ErrorCode::INVALID_ARGUMENT, "odd"});
}

TEST_CASE("TRY_ASSIGN goes on with the value, or stops") {
  EXPECT(quarter(12) == 3);
  EXPECT(!quarter(6));
  EXPECT(!quarter(5));
}

TEST_CASE("a result carries values that can only be moved") {
  auto make = []() -> Result<std::unique_ptr<int>> { return std::make_unique<int>(7); };
  auto pass_on = [&]() -> Result<int> {
    TRY_ASSIGN(std::unique_ptr<int> made, make());
    return *made;
  };
  EXPECT(pass_on() == 7);
}

}  // namespace
}  // namespace usher

#include "proto/service/value_type.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

template <class T>
std::string refusal(const ValueType<T>& type, std::string_view text) {
  auto value = type.parse(text);
  REQUIRE_MESSAGE(!value, text);
  EXPECT(value.error().code == ErrorCode::INVALID_ARGUMENT);
  return value.error().detail;
}

TEST_CASE("integers are digits within their range") {
  auto type = integer_value(1, 64);
  EXPECT(type.parse("1") == 1u);
  EXPECT(type.parse("64") == 64u);
  EXPECT(refusal(type, "0") == "0 is out of range: expected 1 to 64");
  EXPECT(refusal(type, "65") == "65 is out of range: expected 1 to 64");
  EXPECT(refusal(type, "many") ==
         "\"many\" is not a whole number: expected digits alone, as in 64");
  for (const char* text : {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "99999999999999999999"})
    refusal(type, text);
}

TEST_CASE("sizes and durations are within their range and say it in their own units") {
  EXPECT(size_value(1024, 1 << 20).parse("64KiB") == 65'536u);
  EXPECT(refusal(size_value(1024, 1 << 20), "1GiB") ==
         "1GiB is out of range: expected 1KiB to 1MiB");
  EXPECT(refusal(size_value(0, 1), "1024").contains("KiB"));
  EXPECT(duration_value(1s, 1min).parse("30s") == Duration(30s));
  EXPECT(refusal(duration_value(1s, 1min), "1h") == "1h is out of range: expected 1s to 1m");
}

TEST_CASE("choices and truths are one of their words") {
  auto type = choice_value({"all", "quorum"});
  EXPECT(type.placeholder == "all|quorum");
  EXPECT(type.parse("quorum") == "quorum");
  EXPECT(refusal(type, "Quorum") == "\"Quorum\" is not one of all, quorum");
  EXPECT(boolean_value().parse("true") == true);
  EXPECT(boolean_value().parse("false") == false);
  refusal(boolean_value(), "yes");
  refusal(boolean_value(), "");
}

TEST_CASE("a path is any text but none, a text is any") {
  EXPECT(path_value().parse("/var/lib/usher") == "/var/lib/usher");
  refusal(path_value(), "");
  refusal(path_value(), std::string_view("a\0b", 3));
  EXPECT(text_value().parse("") == "");
}

TEST_CASE("endpoints are a host and a port") {
  EXPECT(endpoint_value().parse("127.0.0.1:7101") == net::Endpoint{"127.0.0.1", 7101});
  refusal(endpoint_value(), "127.0.0.1");
}

TEST_CASE("what is shown is read back as the same value") {
  EXPECT(size_value(0, 1ull << 40).parse(size_value(0, 1).show(96 << 20)) == 96u << 20);
  EXPECT(duration_value(0s, 1h).parse(duration_value(0s, 0s).show(90s)) == Duration(90s));
  EXPECT(endpoint_value().parse(endpoint_value().show({"::1", 7101})) ==
         net::Endpoint{"::1", 7101});
  EXPECT(boolean_value().parse(boolean_value().show(false)) == false);
}

}  // namespace
}  // namespace usher::service

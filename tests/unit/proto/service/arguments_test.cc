#include "proto/service/config.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

// A command with a place for one name, one number that may be left out, and the rest.
struct ArgumentsExample {
  ArgumentsExample() {
    settings.add_argument("name", text_value(), name, "Who.");
    settings.add_argument("how_many", integer_value(1, 9), count, "How many.");
    settings.add_arguments("rest", text_value(), rest, "What else.");
    settings.add("fast", boolean_value(), fast, "Takes risks.");
  }
  std::string load_with(std::vector<std::string> arguments) {
    auto loaded = load(settings, {std::move(arguments), {{"USHER_NAME", "of the environment"}}});
    if (!loaded) return loaded.error().detail;
    printed = loaded->value_or("");
    return "";
  }
  std::string name;
  std::optional<uint64_t> count;
  std::vector<std::string> rest;
  bool fast = false;
  Settings settings{{"example do", "does it", "example do x 3"}};
  std::string printed;
};

TEST_CASE("arguments go to their places, with flags anywhere between") {
  ArgumentsExample example;
  EXPECT(example.load_with({"x", "--fast", "3", "a", "b"}).empty());
  EXPECT(example.name == "x");
  EXPECT(example.count == 3);
  EXPECT(example.rest == std::vector<std::string>{"a", "b"});
  EXPECT(example.fast);
}

TEST_CASE("what may be left out may be left out, what is required may not") {
  ArgumentsExample example;
  EXPECT(example.load_with({"x"}).empty());
  EXPECT(example.count == std::nullopt);
  EXPECT(ArgumentsExample().load_with({}) == "NAME: is required and was not given");
}

TEST_CASE("a wrong argument is named as --help shows it") {
  EXPECT(ArgumentsExample().load_with({"x", "ten"}) ==
         "HOW-MANY: \"ten\" is not a whole number: expected digits alone, as in 64");
}

TEST_CASE("an unknown flag is no argument, and one too many is refused") {
  EXPECT(ArgumentsExample().load_with({"x", "--fats"}) ==
         "\"--fats\" is not a flag of example do; the nearest known is --fast");
  Settings settings({"example", "", ""});
  std::string name;
  settings.add_argument("name", text_value(), name, "");
  auto loaded = load(settings, {{"x", "y"}, {}});
  REQUIRE(!loaded.has_value());
  EXPECT(loaded.error().detail ==
         "\"y\" stands behind no flag that takes it; example has all its arguments already");
}

TEST_CASE("help shows the arguments in their order") {
  ArgumentsExample example;
  EXPECT(example.load_with({"--help"}).empty());
  EXPECT(example.printed.contains("Usage: example do NAME [HOW-MANY] [REST…] [FLAGS]\n"));
  EXPECT(example.printed.contains("Who.\n"));
}

}  // namespace
}  // namespace usher::service

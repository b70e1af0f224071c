#include "tests/golden/golden.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "tests/doctest.h"

namespace usher::golden {
namespace {

std::filesystem::path path_of(std::string_view file) {
  return std::filesystem::path(USHER_GOLDEN_DIR) / file;
}

// "line 3: "expected" became "actual"".
std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream a(expected);
  std::istringstream b(actual);
  for (int line = 1;; ++line) {
    std::string x;
    std::string y;
    bool more_x = static_cast<bool>(std::getline(a, x));
    bool more_y = static_cast<bool>(std::getline(b, y));
    if (!more_x && !more_y) return "the end of the file";
    if (more_x != more_y || x != y)
      return fmt::format("line {}: \"{}\" became \"{}\"", line, more_x ? x : "(end)",
                         more_y ? y : "(end)");
  }
}

}  // namespace

std::string read_golden(std::string_view file) {
  std::ifstream in(path_of(file), std::ios::binary);
  REQUIRE_MESSAGE(in.good(), std::string(file), " is not there; GOLDEN_UPDATE=1 writes it");
  return {std::istreambuf_iterator<char>(in), {}};
}

void expect_golden(std::string_view file, std::string_view actual) {
  std::string expected = golden_or_new(file, actual);
  EXPECT_MESSAGE(expected == actual, std::string(file), ": ",
                 first_difference(expected, std::string(actual)));
}

std::string golden_or_new(std::string_view file, std::string_view now) {
  const char* update = std::getenv("GOLDEN_UPDATE");
  if (update && std::string_view(update) == "1") {
    std::filesystem::create_directories(path_of(file).parent_path());
    std::ofstream(path_of(file), std::ios::binary) << now;
  }
  return read_golden(file);
}

}  // namespace usher::golden

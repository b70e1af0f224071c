#include "proto/service/nearest_name.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

TEST_CASE("the distance counts letters put in, left out, changed, and neighbours exchanged") {
  EXPECT(edit_distance("log_level", "log_level") == 0);
  EXPECT(edit_distance("log_levl", "log_level") == 1);
  EXPECT(edit_distance("log_levell", "log_level") == 1);
  EXPECT(edit_distance("log-level", "log_level") == 1);
  EXPECT(edit_distance("log_levle", "log_level") == 1);
  EXPECT(edit_distance("kitten", "sitting") == 3);
  EXPECT(edit_distance("", "abc") == 3);
  EXPECT(edit_distance("abc", "") == 3);
  EXPECT(edit_distance("", "") == 0);
}

TEST_CASE("the nearest name is the one that differs least, the first of several") {
  std::vector<std::string> known = {"listen", "log_level", "log_format", "admin"};
  EXPECT(nearest_name("log_levle", known) == "log_level");
  EXPECT(nearest_name("lsiten", known) == "listen");
  EXPECT(nearest_name("format", known) == "log_format");
  EXPECT(nearest_name("", {"bb", "a", "b"}) == "a");
}

}  // namespace
}  // namespace usher::service

#include "proto/service/list_text.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

using List = std::vector<std::string>;

TEST_CASE("a list is what stands between the commas, without the blanks around it") {
  EXPECT(split_list("a,b") == List{"a", "b"});
  EXPECT(split_list(" a , b c ") == List{"a", "b c"});
  EXPECT(split_list("a") == List{"a"});
  EXPECT(split_list("a,,b,") == List{"a", "", "b", ""});
  EXPECT(split_list(",") == List{"", ""});
  EXPECT(split_list("").empty());
  EXPECT(split_list("  ").empty());
}

TEST_CASE("a joined list has something between any two") {
  EXPECT(join({}, ",") == "");
  EXPECT(join({"a"}, ",") == "a");
  EXPECT(join({"", "b", ""}, ", ") == ", b, ");
}

}  // namespace
}  // namespace usher::service

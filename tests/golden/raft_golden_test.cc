// Stories about a raft group, with all that its replicas say and do. GOLDEN_UPDATE=1 plays them
// anew; what then changed is read as a diff.
#include "tests/doctest.h"
#include "tests/golden/golden.h"
#include "tests/golden/raft_script.h"

namespace usher::raft::test {
namespace {

void expect_story(const std::string& name) {
  std::string file = "raft/" + name + ".txt";
  golden::expect_golden(file, play(golden::read_golden(file)));
}

TEST_CASE("a raft group acts as its stories tell") {
  for (const char* name :
       {"append", "connection_lost", "election", "figure_8", "membership_undone", "pipelining",
        "prevote_partition", "read_index", "snapshot", "transfer", "truncation", "wiped_member"}) {
    CAPTURE(std::string(name));
    expect_story(name);
  }
}

}  // namespace
}  // namespace usher::raft::test

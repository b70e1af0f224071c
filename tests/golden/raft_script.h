// A tiny language for stories about a raft group: lines that begin with "> " are commands, lines
// with "#" tell the story, the rest is what the replicas did. tests/golden/raft/README.md has the
// words.
#pragma once

#include <string>

namespace usher::raft::test {

// The script with its output replaced by what happens now.
std::string play(const std::string& script);

}  // namespace usher::raft::test

// Golden files: text that a test makes is compared with a file in this folder, read as a diff when
// it changes. GOLDEN_UPDATE=1 in the environment writes the files anew.
#pragma once

#include <string>
#include <string_view>

namespace usher::golden {

// `file` as in "batch/plain.hex". Fails the running test case, naming the first line that differs.
void expect_golden(std::string_view file, std::string_view actual);

// The file as it stands; fails the running test case where there is none.
std::string read_golden(std::string_view file);

// The file as it stands, whatever `now` is; with GOLDEN_UPDATE=1 written from `now` first. For what
// must be read for ever but need not be written the same.
std::string golden_or_new(std::string_view file, std::string_view now);

}  // namespace usher::golden

// The command line of a test program, through the table that every program of Usher has: --help,
// the same refusals, the same exit codes. Flags only: no environment, no file.
#pragma once

#include <cstdio>
#include <optional>

#include <fmt/format.h>

#include "proto/service/config.h"
#include "proto/service/exit_code.h"

namespace usher::tests {

// Nothing: the settings are loaded, go on. Else the exit code to end with.
inline std::optional<int> load_options(service::Settings& settings, int argc, char** argv) {
  auto text = service::load(settings, {.arguments = {argv + 1, argv + argc}, .environment = {}});
  if (!text) return service::report(text.error());
  if (!*text) return std::nullopt;
  fmt::print("{}", **text);
  return service::kDone;
}

}  // namespace usher::tests

// From what a program was started with to its settings: flags over environment over file over
// defaults, through the one table (settings.h). Also the texts of --help, --version and
// --print-config.
//
//     arguments ──→ command_line.cc ─┐
//     environment → environment.cc ──┼─→ load: parse, check, override ─→ the program's variables
//     --config ───→ config_file.cc ──┘                                └→ or a text to print
#pragma once

#include <map>
#include <optional>
#include <string>

#include "proto/base/result.h"
#include "proto/service/config_sources.h"
#include "proto/service/settings.h"

namespace usher::service {

struct ProgramInput {
  std::vector<std::string> arguments;  // without the program's name
  Environment environment;

  // As main() gets them.
  static ProgramInput of(int argc, char** argv, char** environment);
};

// Sets the program's variables. A text that comes back was asked for with --help, --version or
// --print-config: it is printed, and the program ends with 0. Refusals are CONFIG_INVALID and name
// the flag, variable, or file, line and key; wrong values are refused also where another source
// overrides them.
Result<std::optional<std::string>> load(Settings& settings, const ProgramInput& input);

}  // namespace usher::service

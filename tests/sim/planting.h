// A known bug of proto/base/planted.inc is switched on by its name, in a build that has them.
#pragma once

#include <cstdio>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "proto/base/planted.h"
#include "proto/service/exit_code.h"

namespace usher::tests {

// Nothing: it is planted, or none was asked for. Else the exit code to end with.
inline std::optional<int> plant_bug(const std::string& name) {
  if (name.empty()) return std::nullopt;
#ifdef USHER_PLANTED
  usher::plant(usher::bug_named(name));
  if (usher::bug_named(name) != usher::Bug::kNone) return std::nullopt;
#endif
  fmt::print(stderr, "error: INVALID_ARGUMENT: this build has no bug '{}'; see planted.inc\n",
             name);
  return service::kWrongUsage;
}

}  // namespace usher::tests

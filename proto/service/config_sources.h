// Where values of settings come from, each read on its own: the command line (CLI11), the
// environment, a TOML file (toml++). They give texts; nobody has looked yet whether the values are
// right.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.h"
#include "proto/service/settings.h"

namespace usher::service {

struct Given {
  const Setting* setting;
  Items items;
  // As errors name it: "--log-level", "USHER_LOG_LEVEL", "broker.toml:3: log_level".
  std::string name;
  // As --print-config names it: "flag --log-level", "environment USHER_LOG_LEVEL", "broker.toml:3".
  std::string origin;
};

using Environment = std::map<std::string, std::string>;

// Refusals are CONFIG_INVALID; a name that is not in the table comes with the nearest that is.
Result<std::vector<Given>> read_command_line(const Settings& settings,
                                             const std::vector<std::string>& arguments);
// Variables that are not in the table are none of ours: several programs share an environment.
std::vector<Given> read_environment(const Settings& settings, const Environment& environment);
Result<std::vector<Given>> read_config_file(const Settings& settings, const std::string& path);
// The same for a file's text; `path` is only named.
Result<std::vector<Given>> read_config_text(const Settings& settings, std::string_view text,
                                            const std::string& path);

}  // namespace usher::service

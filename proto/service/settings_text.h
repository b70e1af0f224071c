// How a table of settings is printed: for --help, for --version, for --print-config.
#pragma once

#include <map>
#include <string>

#include "proto/service/settings.h"

namespace usher::service {

// Where values came from, by the setting's name; what is not in it has its default.
using Origins = std::map<std::string, std::string>;

// Of a table whose variables hold their defaults still, but for those of help and config.
std::string help_text(const Settings& settings);
std::string version_text(const Settings& settings);
// A TOML file that --config takes back, with each value's origin behind it.
std::string config_text(const Settings& settings, const Origins& origins);

}  // namespace usher::service

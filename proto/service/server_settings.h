// The settings that every server of Usher has besides its own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/base/log.h"
#include "proto/net/transport.h"
#include "proto/service/settings.h"

namespace usher::service {

struct ServerSettings {
  std::optional<net::Endpoint> admin;
  uint64_t memory_limit = uint64_t{1} << 30;
  LogOptions log;
  std::optional<std::string> log_file;

  // Adds their rows to the program's table.
  void add_to(Settings& settings);
};

}  // namespace usher::service

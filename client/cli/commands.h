// The table of all commands, and how words on the command line find their row.
#pragma once

#include <string>
#include <vector>

#include "client/cli/command.h"

namespace usher::cli {

CommandRows space_commands();
CommandRows topic_commands();
CommandRows record_commands();
CommandRows app_commands();
CommandRows app_repair_commands();
CommandRows broker_commands();
CommandRows cluster_commands();
CommandRows event_commands();
CommandRows reservation_commands();
CommandRows bench_commands();
CommandRows bench_failover_commands();
CommandRows bench_gateway_commands();
CommandRows bench_idle_commands();
CommandRows bench_sale_commands();
CommandRows bench_takeover_commands();
// Promised, and not in this version: they say so (exit 2).
CommandRows later_commands();

CommandRows all_commands();

struct Chosen {
  const CommandRow* row = nullptr;     // none: help was asked for
  std::string group;                   // of which commands; empty: of all
  std::vector<std::string> arguments;  // what is left
};
// INVALID_ARGUMENT names the nearest known command.
Result<Chosen> choose(const CommandRows& rows, const std::vector<std::string>& arguments);

// All commands that begin with the words.
std::string commands_text(const CommandRows& rows, const std::string& group);

}  // namespace usher::cli

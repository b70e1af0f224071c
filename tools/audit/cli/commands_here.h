// The commands of this folder, for its table.
#pragma once

#include <memory>

#include "client/cli/command.h"

namespace usher::audit {

std::unique_ptr<cli::Command> verify_command();
std::unique_ptr<cli::Command> replay_command();
std::unique_ptr<cli::Command> at_command();
std::unique_ptr<cli::Command> export_command();
std::unique_ptr<cli::Command> log_dump_command();

}  // namespace usher::audit

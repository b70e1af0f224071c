// usher produce: records from a file or stdin into a topic.
#pragma once

#include "client/cli/command.h"

namespace usher::cli {

std::unique_ptr<Command> produce_command();

}  // namespace usher::cli

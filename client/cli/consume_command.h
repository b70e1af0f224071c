// usher consume: records of a topic, printed.
#pragma once

#include "client/cli/command.h"

namespace usher::cli {

std::unique_ptr<Command> consume_command();

}  // namespace usher::cli

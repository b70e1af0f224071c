// usher audit …: the rows that the program adds to those of client/cli.
#pragma once

#include "client/cli/command.h"

namespace usher::audit {

cli::CommandRows audit_commands();

}  // namespace usher::audit

#include "client/cli/commands.h"
#include "client/cli/consume_command.h"
#include "client/cli/produce_command.h"

namespace usher::cli {

CommandRows record_commands() {
  return {
      {"produce", "puts records into a topic",
       "echo hello | usher produce events/seat-events --key a", produce_command},
      {"consume", "prints a topic's records", "usher consume events/seat-events --from -10m --json",
       consume_command},
  };
}

}  // namespace usher::cli

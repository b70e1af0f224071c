#include "tools/audit/cli/commands.h"

#include "tools/audit/cli/commands_here.h"

namespace usher::audit {

cli::CommandRows audit_commands() {
  return {
      {"audit verify", "Proves the log: every hash, chain, step and seat.",
       "usher audit verify --dir copies/broker-1 --dir copies/broker-2", verify_command},
      {"audit replay", "Tells what happened to an event, a seat, a user or a reservation.",
       "usher audit replay --event jazz --seat A-1-1 --dir /var/tmp/usher", replay_command},
      {"audit at", "The seat map of an event as it was.",
       "usher audit at --event jazz --time -10m --dir /var/tmp/usher", at_command},
      {"audit export", "Writes outcomes and their history into a database, exactly once.",
       "usher audit export --to sqlite:jazz.db --dir /var/tmp/usher", export_command},
      {"log dump", "tells what is on disk: a data directory, or one of its files",
       "usher log dump /var/tmp/usher/broker-1", log_dump_command},
  };
}

}  // namespace usher::audit

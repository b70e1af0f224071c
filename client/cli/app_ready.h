// Is an app at work? Every task is asked, through its daemon: who answers has claimed, restored and
// reads its partition.
#pragma once

#include <string>

#include "client/cli/session.h"

namespace usher::cli {

struct AppToWaitFor {
  std::string app;
  std::string space;
  std::string store;  // one of its stores
};

// One round: what is missing, if anything is. UNREACHABLE and the like: what the last task said.
Result<void> look_at_app(Session& session, const AppToWaitFor& wanted, Duration within);

}  // namespace usher::cli

// The tasks of the seats as a bench of daemons sees them: who has which, whether everything is
// where it should be, and when each of them answers.
#pragma once

#include <map>
#include <vector>

#include "client/cli/session.h"
#include "client/queries.h"

namespace usher::cli {

class SeatsTasks {
 public:
  // Both outlive it; an event in each partition.
  SeatsTasks(Session& session, const wire::SpaceInfo& space,
             const std::vector<std::string>& events);

  // Who runs each partition's task, as their heartbeats say; none: nobody.
  Result<std::map<PartitionId, MemberId>> owners();
  // So many daemons have the tasks evenly, and with more than one each task has a standby that is
  // as far as its owner. For a cluster to which nobody writes.
  Result<void> wait_settled(uint64_t daemons, Duration within);
  // When each partition's task has told of its event, asked all at once: a state that holds for
  // `at_least`, where that is said.
  Result<std::vector<MonotonicTime>> ask_all(Duration patience,
                                             const std::vector<Offset>& at_least = {});

 private:
  Result<bool> is_settled(uint64_t daemons);

  Session& session_;
  const wire::SpaceInfo& space_;
  const std::vector<std::string>& events_;
  client::Queries queries_;
};

}  // namespace usher::cli

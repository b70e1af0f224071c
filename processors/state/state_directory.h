// The directory in which a daemon keeps its tasks' state: in the hands of one process, one RocksDB
// for each task. What stands in it is a copy of what the log says, so it may be removed at any
// time, while no daemon runs.
//
//     DIR/LOCK   DIR/APP-SPACE/PARTITION/…       SPACE: the space's id, which is never used again
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/result.h"

namespace usher::state {

class StateDirectory {
 public:
  // Makes it where it is not there. CONFIG_INVALID: another program has it.
  static Result<StateDirectory> lock(const std::string& path);
  StateDirectory(StateDirectory&& other) noexcept;
  StateDirectory& operator=(StateDirectory&& other) noexcept;
  ~StateDirectory();

  // The directory of a task; those above it are there.
  Result<std::string> task(std::string_view app, SpaceId space, PartitionId partition) const;
  // The tasks of which there is some state.
  std::vector<PartitionId> tasks(std::string_view app, SpaceId space) const;

 private:
  struct Held;
  StateDirectory(std::string path, std::unique_ptr<Held> held);
  std::string of_app(std::string_view app, SpaceId space) const;

  std::string path_;
  std::unique_ptr<Held> held_;
};

}  // namespace usher::state

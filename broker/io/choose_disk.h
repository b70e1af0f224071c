// Which Disk a reactor gets: io_uring where the system lets us, threads where it does not.
#pragma once

#include <memory>
#include <string>

#include "broker/io/disk.h"
#include "proto/base/scheduler.h"

namespace usher::io {

struct ChosenDisk {
  std::unique_ptr<Disk> disk;
  // For the log, beside disk->name(): why it is not io_uring; empty where it is.
  std::string why;
  // The reactor calls on_readable whenever event_fd is readable, until the disk goes. -1: nothing
  // to watch.
  int event_fd = -1;
  std::move_only_function<void()> on_readable;
};

// A disk for `directory`, which is made where it is not there. The scheduler outlives the disk.
// IO_FAILED: the directory cannot be used.
Result<ChosenDisk> make_disk(Scheduler& scheduler, std::string directory);

}  // namespace usher::io

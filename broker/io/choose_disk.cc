#include "broker/io/choose_disk.h"

#include "broker/io/thread_disk.h"
#include "broker/io/uring_disk.h"
#include "broker/io/uring_ring.h"

namespace usher::io {

Result<ChosenDisk> make_disk(Scheduler& scheduler, std::string directory) {
  TRY_ASSIGN(auto names, Directory::open(std::move(directory)));
  ChosenDisk chosen;
  auto ring = UringRing::create();
  if (!ring) {
    chosen.why = ring.error().detail;
    chosen.disk = std::make_unique<ThreadDisk>(scheduler, std::move(names));
    return chosen;
  }
  auto disk = std::make_unique<UringDisk>(scheduler, std::move(names), std::move(*ring));
  chosen.event_fd = disk->event_fd();
  chosen.on_readable = [on = disk.get()] { on->on_readable(); };
  chosen.disk = std::move(disk);
  return chosen;
}

}  // namespace usher::io

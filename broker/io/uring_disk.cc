#include "broker/io/uring_disk.h"

#include "broker/io/uring_file.h"
#include "broker/io/uring_ring.h"

namespace usher::io {

UringDisk::UringDisk(Scheduler& scheduler, std::shared_ptr<const Directory> directory,
                     std::unique_ptr<UringRing> ring)
    : PosixDisk(scheduler, std::move(directory), limits::kDirectoryThreads),
      ring_(std::move(ring)) {}

// Before the ring goes, which Files ask; the ring then waits for what the kernel still has.
UringDisk::~UringDisk() { answers().drop_all(); }

int UringDisk::event_fd() const { return ring_->event_fd(); }

void UringDisk::on_readable() { ring_->on_readable(); }

std::unique_ptr<File> UringDisk::make_file(std::shared_ptr<OpenFile> open_file) {
  return std::make_unique<UringFile>(*this, *ring_, std::move(open_file));
}

}  // namespace usher::io

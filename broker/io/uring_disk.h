// The Disk of production: bytes go through an io_uring of its own, names through threads. A durable
// write is a write with an fdatasync linked behind it (docs/decisions/ says why and what it takes).
// Whoever runs the scheduler's reactor watches event_fd() and calls on_readable() there.
#pragma once

#include <memory>

#include "broker/io/posix_disk.h"

namespace usher::io {

class UringRing;

class UringDisk final : public PosixDisk {
 public:
  // The scheduler outlives it.
  UringDisk(Scheduler& scheduler, std::shared_ptr<const Directory> directory,
            std::unique_ptr<UringRing> ring);
  ~UringDisk() override;

  std::string_view name() const override { return "io_uring"; }
  int event_fd() const;
  void on_readable();

 private:
  std::unique_ptr<File> make_file(std::shared_ptr<OpenFile> open_file) override;

  std::unique_ptr<UringRing> ring_;
};

}  // namespace usher::io

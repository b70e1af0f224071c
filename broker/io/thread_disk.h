// The Disk where io_uring is forbidden: threads with pwrite, pread and fdatasync.
#pragma once

#include <memory>

#include "broker/io/posix_disk.h"

namespace usher::io {

class ThreadDisk final : public PosixDisk {
 public:
  // The scheduler outlives it.
  ThreadDisk(Scheduler& scheduler, std::shared_ptr<const Directory> directory);
  ~ThreadDisk() override;

  std::string_view name() const override { return "pwrite"; }

 private:
  std::unique_ptr<File> make_file(std::shared_ptr<OpenFile> open_file) override;
};

}  // namespace usher::io

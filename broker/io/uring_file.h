// A file of the UringDisk: its reads, writes and syncs as operations of the ring.
#pragma once

#include <memory>

#include "broker/io/posix_disk.h"
#include "broker/io/uring_ring.h"

namespace usher::io {

class UringFile final : public PosixFile {
 public:
  // Disk and ring outlive it.
  UringFile(PosixDisk& disk, UringRing& ring, std::shared_ptr<OpenFile> open_file)
      : PosixFile(disk, std::move(open_file)), ring_(ring) {}

  void write(uint64_t offset, Buffer bytes, Durability durability, Done<void> done) override;
  void read(uint64_t offset, size_t size, Done<Buffer> done) override;
  void sync(Done<void> done) override;

 private:
  UringRing& ring_;
};

}  // namespace usher::io

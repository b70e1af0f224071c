// A descriptor with its name, shared by a File and the operations in flight on it, and what can be
// done with it by a thread that may wait. Nothing here knows a Scheduler.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "broker/io/disk.h"
#include "broker/io/workers.h"

namespace usher::io {

// DISK_FULL or IO_FAILED: "write /data/x: No space left on device".
Error io_error(std::string_view doing, std::string_view path, int error);

class OpenFile {
 public:
  // Owns fd. `path` is for messages. Closed by the queue's threads, because the last close of a
  // removed file takes as long as freeing its blocks; at once where the queue is closed.
  OpenFile(int fd, std::string path, bool direct, std::shared_ptr<JobQueue> closers);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int fd() const { return fd_; }
  bool is_direct() const { return direct_; }
  Error error(std::string_view doing, int error) const { return io_error(doing, path_, error); }

  // As File has them. They wait.
  Result<void> write(uint64_t offset, Bytes bytes, Durability durability) const;
  Result<Buffer> read(uint64_t offset, size_t size) const;
  Result<void> sync() const;
  Result<void> resize(uint64_t size) const;

 private:
  int fd_;
  std::string path_;
  bool direct_;
  std::shared_ptr<JobQueue> closers_;
};

// Memory that a read of this file may fill.
OwnedBytes memory_for_read(size_t size, bool direct);
// What was read: the first `size` bytes of the memory.
Buffer buffer_of(OwnedBytes memory, size_t size);

}  // namespace usher::io

#include "broker/io/thread_disk.h"

#include "broker/io/sectors.h"

namespace usher::io {
namespace {

class ThreadFile final : public PosixFile {
 public:
  ThreadFile(PosixDisk& disk, std::shared_ptr<OpenFile> open_file)
      : PosixFile(disk, std::move(open_file)) {}

  void write(uint64_t offset, Buffer bytes, Durability durability, Done<void> done) override {
    check_range(offset, bytes.size(), open_file()->is_direct());
    check_memory(bytes, open_file()->is_direct());
    disk().ask<void>([file = open_file(), offset, bytes = std::move(bytes),
                      durability] { return file->write(offset, bytes, durability); },
                     owe(std::move(done)));
  }

  void read(uint64_t offset, size_t size, Done<Buffer> done) override {
    check_range(offset, size, open_file()->is_direct());
    disk().ask<Buffer>([file = open_file(), offset, size] { return file->read(offset, size); },
                       owe(std::move(done)));
  }

  void sync(Done<void> done) override {
    disk().ask<void>([file = open_file()] { return file->sync(); }, owe(std::move(done)));
  }
};

}  // namespace

ThreadDisk::ThreadDisk(Scheduler& scheduler, std::shared_ptr<const Directory> directory)
    : PosixDisk(scheduler, std::move(directory), limits::kDiskThreads) {}

// While make_file() is still there to be called by nobody.
ThreadDisk::~ThreadDisk() { answers().drop_all(); }

std::unique_ptr<File> ThreadDisk::make_file(std::shared_ptr<OpenFile> open_file) {
  return std::make_unique<ThreadFile>(*this, std::move(open_file));
}

}  // namespace usher::io

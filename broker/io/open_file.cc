#include "broker/io/open_file.h"

#include <cerrno>
#include <limits>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

#include "broker/io/transfer.h"

namespace usher::io {

Error io_error(std::string_view doing, std::string_view path, int error) {
  bool full = error == ENOSPC || error == EDQUOT;
  return {full ? ErrorCode::DISK_FULL : ErrorCode::IO_FAILED,
          fmt::format("{} {}: {}", doing, path, std::generic_category().message(error))};
}

OpenFile::OpenFile(int fd, std::string path, bool direct, std::shared_ptr<JobQueue> closers)
    : fd_(fd), path_(std::move(path)), direct_(direct), closers_(std::move(closers)) {}

OpenFile::~OpenFile() {
  // A close that fails has closed; what it could tell, a sync has told.
  Job close_it = [fd = fd_] { ::close(fd); };
  constexpr size_t kAnyNumber = std::numeric_limits<size_t>::max();
  if (!closers_->push(std::move(close_it), kAnyNumber)) ::close(fd_);
}

Result<void> OpenFile::write(uint64_t offset, Bytes bytes, Durability durability) const {
  Transfer transfer(Transfer::Kind::kWrite, offset, bytes.size(), direct_);
  auto next = Transfer::Next::kAgain;
  while (next == Transfer::Next::kAgain) {
    auto taken = ::pwrite(fd_, bytes.data() + transfer.done(), transfer.left(),
                          static_cast<off_t>(transfer.offset()));
    next = transfer.took(taken < 0 ? -errno : taken);
  }
  if (next == Transfer::Next::kFailed) return fail(error("write", transfer.error()));
  return durability == Durability::kDurable ? sync() : Result<void>();
}

Result<Buffer> OpenFile::read(uint64_t offset, size_t size) const {
  OwnedBytes memory = memory_for_read(size, direct_);
  Transfer transfer(Transfer::Kind::kRead, offset, size, direct_);
  auto next = Transfer::Next::kAgain;
  while (next == Transfer::Next::kAgain) {
    auto given = ::pread(fd_, memory.data() + transfer.done(), transfer.left(),
                         static_cast<off_t>(transfer.offset()));
    next = transfer.took(given < 0 ? -errno : given);
  }
  if (next == Transfer::Next::kFailed) return fail(error("read", transfer.error()));
  return buffer_of(std::move(memory), transfer.done());
}

// Never twice: after a failure the kernel calls the pages clean and the next one succeeds.
Result<void> OpenFile::sync() const {
  if (::fdatasync(fd_) != 0) return fail(error("sync", errno));
  return {};
}

Result<void> OpenFile::resize(uint64_t size) const {
  while (::ftruncate(fd_, static_cast<off_t>(size)) != 0)
    if (errno != EINTR) return fail(error("resize", errno));
  return {};
}

OwnedBytes memory_for_read(size_t size, bool direct) {
  return direct ? OwnedBytes(size, kSector) : OwnedBytes(size);
}

Buffer buffer_of(OwnedBytes memory, size_t size) {
  return Buffer(std::move(memory)).slice(0, size);
}

}  // namespace usher::io

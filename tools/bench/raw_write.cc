#include "tools/bench/raw_write.h"

#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "proto/base/check.h"

namespace usher::bench {
namespace {

constexpr size_t kMost = 8 << 20;

}  // namespace

RawFile::RawFile(const std::string& path, uint64_t bytes)
    : file_(::open(path.c_str(), O_CREAT | O_RDWR | O_DIRECT | O_TRUNC, 0644)), bytes_(bytes) {
  CHECK(file_ >= 0 && ::posix_memalign(&memory_, 4096, kMost) == 0);
  std::memset(memory_, 0, kMost);
  while (at_ + kMost <= bytes_) write(kMost);
  at_ = 0;
}

RawFile::~RawFile() {
  ::close(file_);
  std::free(memory_);
}

void RawFile::write(size_t size) {
  if (at_ + size > bytes_) at_ = 0;
  CHECK(::pwrite(file_, memory_, size, static_cast<off_t>(at_)) == static_cast<ssize_t>(size));
  CHECK(::fdatasync(file_) == 0);
  at_ += size;
}

}  // namespace usher::bench

// The raw device, to hold the journal against: pwrite past the page cache and fdatasync, one after
// the other, into a file that was zeroed before. Nothing of Usher in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace usher::bench {

class RawFile {
 public:
  RawFile(const std::string& path, uint64_t bytes);
  ~RawFile();
  RawFile(const RawFile&) = delete;
  RawFile& operator=(const RawFile&) = delete;
  // The next `size` bytes (whole sectors, at most 8 MiB), on disk when it returns; from the
  // beginning again at the end.
  void write(size_t size);

 private:
  int file_;
  void* memory_ = nullptr;
  uint64_t bytes_;
  uint64_t at_ = 0;
};

}  // namespace usher::bench

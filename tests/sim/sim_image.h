// The bytes of a simulated file: pages that images share with each other and with the writes they
// came from. A page nobody wrote is a hole: it reads as zeros and takes no room.
#pragma once

#include <cstdint>
#include <vector>

#include "proto/base/bytes.h"

namespace usher::sim {

class SimImage {
 public:
  static constexpr size_t kPage = 4096;

  uint64_t size() const { return size_; }
  // Grows past the end.
  void write(uint64_t offset, const Buffer& bytes);
  void resize(uint64_t size);
  // Fewer than `size` bytes only at the end; aligned as O_DIRECT wants it.
  Buffer read(uint64_t offset, size_t size) const;

  uint64_t pages() const { return pages_taken_; }
  // How many pages a write there would take that are holes now.
  uint64_t pages_missing(uint64_t offset, size_t size) const;

 private:
  void put(size_t page, Buffer content);

  uint64_t size_ = 0;
  uint64_t pages_taken_ = 0;
  std::vector<Buffer> pages_;
};

}  // namespace usher::sim

// Memory for what goes to a disk again and again: kept, and in huge pages. Fresh memory costs a
// page fault every 4 KiB, and a device that is handed such pages one by one is half as fast.
//
//     take(size) ─→ Piece, filled ─→ freeze() ─→ Buffer, written ─→ last slice gone ─→ take() …
#pragma once

#include <memory>
#include <vector>

#include "proto/base/bytes.h"

namespace usher::io {

// A few allocations of one size, each lent to one Piece at a time. take() is one thread's; Buffers
// go where they like. Memory that was never taken costs nothing.
class KeptMemory {
 public:
  // Memory being filled, aligned to sectors, uninitialised.
  class Piece {
   public:
    std::byte* data() { return memory_.get(); }
    size_t size() const { return size_; }
    Buffer freeze() && { return Buffer::of(std::move(memory_), size_); }

   private:
    friend class KeptMemory;
    Piece(std::shared_ptr<std::byte[]> memory, size_t size)
        : memory_(std::move(memory)), size_(size) {}
    std::shared_ptr<std::byte[]> memory_;
    size_t size_;
  };

  explicit KeptMemory(size_t size, size_t count = 1);

  // Of what is kept; fresh where all of that is lent out, or too small.
  Piece take(size_t size);

 private:
  struct Kept;
  std::vector<std::shared_ptr<Kept>> kept_;
};

}  // namespace usher::io

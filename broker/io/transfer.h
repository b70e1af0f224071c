// How far one read or write has come. The kernel may take or give less than was asked for, or be
// interrupted: after each of its answers this says what to ask next. Pure: it touches no file.
#pragma once

#include <cstddef>
#include <cstdint>

namespace usher::io {

class Transfer {
 public:
  enum class Kind : uint8_t { kRead, kWrite };
  enum class Next : uint8_t {
    kAgain,   // ask for left() bytes at offset()
    kDone,    // all of it, or the end of the file that is read
    kFailed,  // error() says why
  };

  Transfer(Kind kind, uint64_t offset, size_t size, bool direct)
      : kind_(kind), offset_(offset), size_(size), direct_(direct) {}

  // What the kernel answered: a count of bytes, or an errno below 0.
  Next took(int64_t answer);

  uint64_t offset() const { return offset_ + done_; }
  size_t done() const { return done_; }
  size_t left() const { return size_ - done_; }
  // An errno.
  int error() const { return error_; }

 private:
  Next failed(int error);
  Next stalled(int error);

  Kind kind_;
  uint64_t offset_;
  size_t size_;
  bool direct_;
  size_t done_ = 0;
  int error_ = 0;
  unsigned stalls_ = 0;
};

}  // namespace usher::io

#include "broker/io/transfer.h"

#include <cerrno>

#include "broker/io/disk.h"
#include "proto/base/check.h"

namespace usher::io {

// Interruptions in a row without a byte: a kernel that has nothing else to say is not working.
constexpr unsigned kStallsMax = 100;

Transfer::Next Transfer::took(int64_t answer) {
  if (answer == -EINTR || answer == -EAGAIN) return stalled(static_cast<int>(-answer));
  if (answer < 0) return failed(static_cast<int>(-answer));
  CHECK(static_cast<uint64_t>(answer) <= left());
  if (answer == 0) return kind_ == Kind::kRead || left() == 0 ? Next::kDone : failed(EIO);

  size_t before = done_;
  done_ += static_cast<size_t>(answer);
  if (left() == 0) return Next::kDone;
  if (direct_ && done_ % kSector != 0) {
    // A file need not end with a sector. A write goes on from whole sectors, over what it did.
    if (kind_ == Kind::kRead) return Next::kDone;
    done_ -= done_ % kSector;
    if (done_ == before) return stalled(EIO);
  }
  stalls_ = 0;
  return Next::kAgain;
}

Transfer::Next Transfer::failed(int error) {
  error_ = error;
  return Next::kFailed;
}

Transfer::Next Transfer::stalled(int error) {
  return ++stalls_ > kStallsMax ? failed(error) : Next::kAgain;
}

}  // namespace usher::io

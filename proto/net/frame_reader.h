// Frames out of a stream of bytes that arrives in pieces of any size. Sees no socket: whoever has
// bytes gives them. A body's memory is allocated when its header has been found good, once, and is
// the memory that the frame then keeps.
#pragma once

#include <array>
#include <optional>

#include "proto/base/bytes.h"
#include "proto/base/result.h"
#include "proto/wire/frame.h"

namespace usher::net {

class FrameReader {
 public:
  // The rest of a body that has begun: the next bytes of the stream may be read right into it,
  // which saves a copy; then tell how many. Empty where no body has begun.
  MutableBytes body_space();
  void body_filled(size_t bytes);

  // Takes bytes off the front until a frame is whole, or all are taken: nullopt. An error is final.
  Result<std::optional<wire::Frame>> next(Bytes& bytes);

 private:
  Result<wire::Frame> finish();

  std::array<std::byte, wire::kFrameHeaderBytes> header_{};
  size_t header_filled_ = 0;
  std::optional<OwnedBytes> body_;
  size_t body_filled_ = 0;
};

}  // namespace usher::net

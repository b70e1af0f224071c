#include "proto/net/frame_reader.h"

#include <algorithm>
#include <cstring>

#include "proto/base/check.h"

namespace usher::net {
namespace {

// Moves what fits from the front of `bytes` into `space`; returns how much it was.
size_t take(Bytes& bytes, MutableBytes space) {
  size_t size = std::min(bytes.size(), space.size());
  if (size > 0) std::memcpy(space.data(), bytes.data(), size);
  bytes = bytes.subspan(size);
  return size;
}

}  // namespace

MutableBytes FrameReader::body_space() {
  return body_ ? body_->bytes().subspan(body_filled_) : MutableBytes{};
}

void FrameReader::body_filled(size_t bytes) {
  CHECK(bytes <= body_space().size());
  body_filled_ += bytes;
}

Result<std::optional<wire::Frame>> FrameReader::next(Bytes& bytes) {
  if (!body_) {
    header_filled_ += take(bytes, MutableBytes(header_).subspan(header_filled_));
    if (header_filled_ < header_.size()) return std::nullopt;
    TRY_ASSIGN(wire::FrameHeader header, wire::decode_frame_header(header_));
    // Cap'n Proto reads the envelope where it stands: it begins the body, aligned.
    body_.emplace(header.body_bytes());
  }
  body_filled_ += take(bytes, body_space());
  if (body_filled_ < body_->size()) return std::nullopt;
  TRY_ASSIGN(wire::Frame frame, finish());
  return frame;
}

Result<wire::Frame> FrameReader::finish() {
  Buffer body(std::move(*body_));
  body_.reset();
  body_filled_ = 0;
  header_filled_ = 0;
  return wire::decode_frame(header_, body);
}

}  // namespace usher::net

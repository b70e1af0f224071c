// Bytes without copies. `Bytes` looks at memory somebody else keeps; `Buffer` keeps it: a shared,
// read-only slice of one allocation, so that a section can be in a journal write, a follower's
// queue and a consumer's answer at once. Memory is written only before it becomes a Buffer.
// Ownership may be shared across threads; the bytes never change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace usher {

using Bytes = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
bool equal(Bytes a, Bytes b);
std::string to_hex(Bytes bytes);

// Memory being filled: one owner, uninitialised at first. freeze() makes it a Buffer.
class OwnedBytes {
 public:
  OwnedBytes() = default;
  // alignment: a power of two; 4,096 for what O_DIRECT reads or writes.
  explicit OwnedBytes(size_t size, size_t alignment = 16);
  std::byte* data() { return memory_.get(); }
  const std::byte* data() const { return memory_.get(); }
  size_t size() const { return size_; }
  MutableBytes bytes() { return {memory_.get(), size_}; }

 private:
  friend class Buffer;
  struct Free {
    void operator()(std::byte* memory) const;
  };
  std::unique_ptr<std::byte[], Free> memory_;
  size_t size_ = 0;
};

class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(OwnedBytes&& filled);
  static Buffer copy_of(Bytes bytes);
  // Of memory that somebody lends: let go of with the last slice.
  static Buffer of(std::shared_ptr<std::byte[]> memory, size_t size);

  const std::byte* data() const { return view_.data(); }
  size_t size() const { return view_.size(); }
  bool empty() const { return view_.empty(); }
  Bytes bytes() const { return view_; }
  // NOLINTNEXTLINE(google-explicit-constructor): a Buffer is Bytes.
  operator Bytes() const { return view_; }
  // The same memory, kept alive by the slice too. The range lies inside.
  Buffer slice(size_t offset, size_t size) const;

 private:
  std::shared_ptr<std::byte[]> memory_;
  Bytes view_;
};

}  // namespace usher

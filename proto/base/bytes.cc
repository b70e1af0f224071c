#include "proto/base/bytes.h"

#include <cstring>
#include <new>

#include "proto/base/check.h"

namespace usher {

bool equal(Bytes a, Bytes b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size()) == 0);
}

std::string to_hex(Bytes bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4];
    text += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return text;
}

void OwnedBytes::Free::operator()(std::byte* memory) const { std::free(memory); }

OwnedBytes::OwnedBytes(size_t size, size_t alignment) : size_(size) {
  CHECK((alignment & (alignment - 1)) == 0 && alignment >= sizeof(void*));
  // aligned_alloc wants a whole number of alignments; never zero, so that data() is never null.
  size_t rounded = (size + alignment) & ~(alignment - 1);
  memory_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, rounded)));
  if (!memory_) throw std::bad_alloc();
}

Buffer::Buffer(OwnedBytes&& filled) : view_(filled.memory_.get(), filled.size_) {
  memory_ = std::move(filled.memory_);
  filled.size_ = 0;
}

Buffer Buffer::copy_of(Bytes bytes) {
  OwnedBytes copy(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.data(), bytes.data(), bytes.size());
  return Buffer(std::move(copy));
}

Buffer Buffer::of(std::shared_ptr<std::byte[]> memory, size_t size) {
  Buffer lent;
  lent.view_ = {memory.get(), size};
  lent.memory_ = std::move(memory);
  return lent;
}

Buffer Buffer::slice(size_t offset, size_t size) const {
  CHECK(offset <= view_.size() && size <= view_.size() - offset);
  Buffer part;
  part.memory_ = memory_;
  part.view_ = view_.subspan(offset, size);
  return part;
}

}  // namespace usher

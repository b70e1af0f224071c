// Sections packed and unpacked. One Compressor keeps the libraries' working memory from one section
// to the next; it belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::wire {

enum class Compression : uint8_t { kNone = 0, kLz4 = 1, kZstd = 2 };

std::string_view name_of(Compression compression);

class Compressor {
 public:
  Compressor();
  ~Compressor();
  Compressor(Compressor&&) noexcept;
  Compressor& operator=(Compressor&&) noexcept;

  // The packed bytes, or nothing where packing would not make them fewer.
  std::vector<std::byte> pack(Compression how, Bytes raw);

 private:
  struct Memory;
  std::unique_ptr<Memory> memory_;
};

// Exactly raw_bytes of them, or BATCH_CORRUPT. The caller has bounded raw_bytes. `how` is not
// kNone.
Result<Buffer> unpack(Compression how, Bytes packed, size_t raw_bytes);

}  // namespace usher::wire

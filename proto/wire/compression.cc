#include "proto/wire/compression.h"

#include <fmt/format.h>
#include <lz4.h>
#include <zstd.h>

#include "proto/base/check.h"
#include "proto/base/limits.h"

namespace usher::wire {
namespace {

// Level 1: sections are small and on the way to somebody who waits.
constexpr int kZstdLevel = 1;
static_assert(limits::kSectionBytes <= LZ4_MAX_INPUT_SIZE);

const char* chars(const std::byte* bytes) { return reinterpret_cast<const char*>(bytes); }
char* chars(std::byte* bytes) { return reinterpret_cast<char*>(bytes); }

}  // namespace

std::string_view name_of(Compression compression) {
  switch (compression) {
    case Compression::kNone:
      return "none";
    case Compression::kLz4:
      return "lz4";
    case Compression::kZstd:
      return "zstd";
  }
  return "unknown";
}

struct Compressor::Memory {
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> zstd;
};

Compressor::Compressor() : memory_(std::make_unique<Memory>()) {}
Compressor::~Compressor() = default;
Compressor::Compressor(Compressor&&) noexcept = default;
Compressor& Compressor::operator=(Compressor&&) noexcept = default;

std::vector<std::byte> Compressor::pack(Compression how, Bytes raw) {
  if (how == Compression::kNone || raw.size() < 2) return {};
  // Room for one byte less than the raw ones: where that is not enough, packing is no gain.
  std::vector<std::byte> packed(raw.size() - 1);
  size_t bytes = 0;
  if (how == Compression::kLz4) {
    int written =
        LZ4_compress_default(chars(raw.data()), chars(packed.data()), static_cast<int>(raw.size()),
                             static_cast<int>(packed.size()));
    bytes = static_cast<size_t>(written);
  } else {
    if (!memory_->zstd) memory_->zstd.reset(ZSTD_createCCtx());
    CHECK(memory_->zstd);
    size_t written = ZSTD_compressCCtx(memory_->zstd.get(), packed.data(), packed.size(),
                                       raw.data(), raw.size(), kZstdLevel);
    bytes = ZSTD_isError(written) ? 0 : written;
  }
  packed.resize(bytes);
  return packed;
}

Result<Buffer> unpack(Compression how, Bytes packed, size_t raw_bytes) {
  CHECK(raw_bytes <= limits::kSectionBytes && packed.size() <= limits::kSectionBytes);
  OwnedBytes raw(raw_bytes);
  bool whole = false;
  if (how == Compression::kLz4) {
    whole = LZ4_decompress_safe(chars(packed.data()), chars(raw.data()),
                                static_cast<int>(packed.size()),
                                static_cast<int>(raw_bytes)) == static_cast<int>(raw_bytes);
  } else {
    CHECK(how == Compression::kZstd);
    whole = ZSTD_decompress(raw.data(), raw_bytes, packed.data(), packed.size()) == raw_bytes;
  }
  if (!whole)
    return fail(
        ErrorCode::BATCH_CORRUPT,
        fmt::format("a section does not unpack ({}) to its {} bytes", name_of(how), raw_bytes));
  return Buffer(std::move(raw));
}

}  // namespace usher::wire

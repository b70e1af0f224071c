// Segments from their heads on, batch by batch, each segment continuing the one before; and the
// index beside each sealed one.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/little_endian.h"
#include "proto/wire/batch.h"

#include "tests/faults/bitflip/layout.h"

namespace usher::faults {
namespace {

constexpr uint64_t kSector = 4096;
constexpr size_t kHeadFixedBytes = 96;
constexpr size_t kIndexFixedBytes = 160;

uint64_t whole_sectors(uint64_t bytes) { return (bytes + kSector - 1) / kSector * kSector; }

std::unexpected<Error> broken(const std::string& path, uint64_t at, std::string_view why) {
  return fail(ErrorCode::SEGMENT_CORRUPT, fmt::format("{} at byte {}: {}", path, at, why));
}

bool all_zero(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::byte byte) { return byte == std::byte{0}; });
}

// The CRC at byte 4 covers all from byte 8 on.
bool crc_holds(Bytes bytes) {
  return load_le<uint32_t>(bytes.data() + 4) == crc32c(bytes.subspan(8));
}

void add(LaidOut& to, uint64_t begin, uint64_t end, Use use) {
  if (begin < end) to.pieces.push_back({begin, end, use});
}

struct IndexRead {
  LaidOut laid_out;
  uint64_t segment_bytes;  // up to the last batch's end
};

Result<IndexRead> read_index(const std::string& path, const Buffer& file) {
  if (file.size() < kIndexFixedBytes) return broken(path, 0, "an index without its head");
  const std::byte* from = file.data();
  uint64_t used = kIndexFixedBytes + 32ULL * load_le<uint32_t>(from + 20) +
                  56ULL * load_le<uint32_t>(from + 24) + 16ULL * load_le<uint32_t>(from + 28);
  if (load_le<uint32_t>(from) != 0x49687355 || used > file.size() ||
      !crc_holds(file.bytes().first(used)))
    return broken(path, 0, "the index does not match its CRC");
  IndexRead read{.laid_out = {.kind = FileKind::kIndex, .pieces = {}},
                 .segment_bytes = load_le<uint64_t>(from + 64)};
  add(read.laid_out, 0, used, Use::kIndex);
  add(read.laid_out, used, file.size(), Use::kBehindIndex);
  return read;
}

// Reads one partition's segments in their order.
class SegmentReader {
 public:
  Result<LaidOut> read(const std::string& path, const Buffer& file, FileKind kind,
                       std::optional<uint64_t> end_known) {
    LaidOut laid_out{.kind = kind, .pieces = {}};
    TRY_ASSIGN(uint64_t at, read_head(path, file, laid_out));
    uint64_t end = end_known.value_or(file.size());
    while (at < end) {
      uint64_t sector_end = std::min<uint64_t>(whole_sectors(at + 1), file.size());
      if (all_zero(file.bytes().subspan(at, sector_end - at))) {
        add(laid_out, at, sector_end, Use::kGap);
        at = sector_end;
        continue;
      }
      TRY_ASSIGN(uint64_t behind, read_batch(path, file, at));
      add(laid_out, at, behind, Use::kBatch);
      at = behind;
    }
    if (end_known && at != end) return broken(path, end, "the index knows of another end");
    // Zeros with nothing behind them.
    while (!laid_out.pieces.empty() && laid_out.pieces.back().use == Use::kGap) {
      at = laid_out.pieces.back().begin;
      laid_out.pieces.pop_back();
    }
    add(laid_out, at, file.size(), Use::kBehindLastBatch);
    return laid_out;
  }

 private:
  Result<uint64_t> read_head(const std::string& path, const Buffer& file, LaidOut& laid_out) {
    if (file.size() < kHeadFixedBytes) return broken(path, 0, "a segment without its head");
    const std::byte* from = file.data();
    uint64_t snapshot = load_le<uint64_t>(from + 40);
    uint64_t used = kHeadFixedBytes + 16ULL * load_le<uint32_t>(from + 20) + snapshot;
    if (load_le<uint32_t>(from) != 0x53687355 || snapshot > file.size() || used > file.size() ||
        !crc_holds(file.bytes().first(used)))
      return broken(path, 0, "the head does not match its CRC");
    wire::Chain chain;
    std::copy_n(from + 48, chain.value.size(), chain.value.begin());
    uint64_t base = load_le<uint64_t>(from + 24);
    if (began_ && (chain != chain_ || base != next_))
      return broken(path, 0, "it does not continue the segment before");
    began_ = true;
    chain_ = chain;
    next_ = base;
    add(laid_out, 0, used, Use::kHead);
    add(laid_out, used, whole_sectors(used), Use::kBehindHead);
    return whole_sectors(used);
  }

  Result<uint64_t> read_batch(const std::string& path, const Buffer& file, uint64_t at) {
    auto batch = wire::Batch::decode(file.slice(at, file.size() - at));
    if (!batch) return broken(path, at, batch.error().detail);
    const wire::BatchHeader& header = batch->header();
    if (!header.sealed() || header.place().base_offset.value() != next_ ||
        header.chain_after(chain_) != header.chain())
      return broken(path, at, "a batch that does not continue the one before");
    if (auto whole = batch->check_whole(); !whole) return broken(path, at, whole.error().detail);
    next_ = header.end_offset().value();
    chain_ = header.chain();
    return at + header.batch_bytes();
  }

  bool began_ = false;
  uint64_t next_ = 0;
  wire::Chain chain_;
};

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

Result<void> lay_out_segments(const Files& files, Layout& layout) {
  std::map<std::string, std::vector<std::string>> partitions;
  for (const auto& [path, bytes] : files)
    if (path.ends_with(".segment")) partitions[directory_of(path)].push_back(path);
  for (const auto& [directory, paths] : partitions) {
    SegmentReader reader;
    for (const std::string& path : paths) {
      bool is_open = path == paths.back();
      std::optional<uint64_t> end;
      if (!is_open) {
        std::string index =
            path.substr(0, path.size() - std::string_view("segment").size()) + "index";
        auto found = files.find(index);
        if (found == files.end()) return broken(index, 0, "the index is not there");
        TRY_ASSIGN(IndexRead read, read_index(index, found->second));
        end = read.segment_bytes;
        layout.emplace(index, std::move(read.laid_out));
      }
      TRY_ASSIGN(LaidOut laid_out, reader.read(path, files.at(path),
                                               is_open ? FileKind::kOpen : FileKind::kSealed, end));
      layout.emplace(path, std::move(laid_out));
    }
  }
  return {};
}

}  // namespace usher::faults

// docs/formats/segment.md, "Index".
#include <cstring>

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/limits.h"
#include "proto/base/little_endian.h"
#include "tools/audit/dump/batch_words.h"
#include "tools/audit/dump/segment_dump.h"
#include "tools/audit/log/data_file.h"

namespace usher::audit {
namespace {

constexpr uint32_t kIndexMagic = 0x49687355;  // "UshI"
constexpr uint16_t kIndexVersion = 1;
constexpr size_t kIndexFixedBytes = 160;
constexpr size_t kIndexEntryBytes = 56;
constexpr size_t kIndexTopicBytes = 32;
constexpr size_t kIndexSeqBytes = 16;

struct IndexHead {
  PartitionKey key;
  uint64_t topics = 0;
  uint64_t entries = 0;
  uint64_t rows = 0;
  Offset base;
  Offset end;
  WallTime first;
  WallTime last;
  uint64_t segment_bytes = 0;
  uint64_t used() const {
    return kIndexFixedBytes + kIndexEntryBytes * entries + kIndexTopicBytes * topics +
           kIndexSeqBytes * rows;
  }
};

IndexHead index_head(const std::byte* from) {
  return {.key = {SpaceId(load_le<uint32_t>(from + 12)), PartitionId(load_le<uint32_t>(from + 16))},
          .topics = load_le<uint32_t>(from + 20),
          .entries = load_le<uint32_t>(from + 24),
          .rows = load_le<uint32_t>(from + 28),
          .base = Offset(load_le<uint64_t>(from + 32)),
          .end = Offset(load_le<uint64_t>(from + 40)),
          .first = WallTime(load_le<int64_t>(from + 48)),
          .last = WallTime(load_le<int64_t>(from + 56)),
          .segment_bytes = load_le<uint64_t>(from + 64)};
}

// What is wrong with it; empty: nothing.
std::string wrong_with(const Buffer& file, const IndexHead& head) {
  if (head.used() > file.size()) return "the index goes on behind its file";
  if (load_le<uint32_t>(file.data() + 4) != crc32c(file.bytes().subspan(8, head.used() - 8)))
    return "the index does not match its CRC; it is made again from its segment";
  if (load_le<uint16_t>(file.data() + 8) != kIndexVersion) return "an index of another version";
  return "";
}

}  // namespace

Result<void> dump_index(const DumpSeams& seams, const std::string& path) {
  TRY_ASSIGN(DataFile opened, DataFile::open(path));
  if (opened.size() > limits::kSegmentBytes) {
    seams.sink.corrupt(path, 0, "an index larger than its segment may be");
    return {};
  }
  TRY_ASSIGN(Buffer file, opened.read(0, opened.size()));
  if (file.size() < kIndexFixedBytes || load_le<uint32_t>(file.data()) != kIndexMagic) {
    seams.sink.corrupt(path, 0, "the file does not begin as an index");
    return {};
  }
  IndexHead head = index_head(file.data());
  if (std::string why = wrong_with(file, head); !why.empty()) {
    seams.sink.corrupt(path, 0, why);
    return {};
  }
  DumpLine line("index", path, 0);
  line.number("bytes", file.size());
  add_partition(line, head.key, seams.catalog);
  line.number("offset", head.base.value())
      .number("end", head.end.value())
      .number("entries", head.entries)
      .number("topics", head.topics)
      .number("seqRows", head.rows)
      .number("segmentBytes", head.segment_bytes)
      .text("firstTime", to_text(head.first))
      .text("lastTime", to_text(head.last))
      .words(fmt::format("index of {}: {} in {} B of its segment, {} to {}; {} entries, {} topics, "
                         "{} seq rows",
                         partition_text(head.key, seams.catalog), offsets_text(head.base, head.end),
                         head.segment_bytes, to_text(head.first), to_text(head.last), head.entries,
                         head.topics, head.rows));
  seams.sink.take(line);
  return {};
}

}  // namespace usher::audit

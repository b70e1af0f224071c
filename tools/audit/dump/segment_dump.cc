#include "tools/audit/dump/segment_dump.h"

#include <fmt/format.h>

#include "tools/audit/dump/batch_words.h"

namespace usher::audit {

Result<void> SegmentDump::take(const std::string& path, bool is_last) {
  TRY_ASSIGN(DataFile file, DataFile::open(path));
  uint64_t bytes = file.size();
  auto opened = SegmentFile::open(std::move(file), key_);
  if (!opened) {
    if (opened.error().code == ErrorCode::IO_FAILED) return fail(opened.error());
    if (may_be_torn(is_last)) {
      DumpLine line("torn", path, 0);
      line.words("a segment that was being made: " + opened.error().detail);
      seams_.sink.take(line);
      return {};
    }
    seams_.sink.corrupt(path, 0, opened.error().detail);
    if (check_) check_->lost();
    return {};
  }
  SegmentFile& segment = *opened;
  const Boundary& begin = segment.begin();
  DumpLine line("segment", path, 0);
  line.number("bytes", bytes);
  add_partition(line, segment.key(), seams_.catalog);
  line.number("offset", begin.offset.value())
      .text("time", to_text(begin.time))
      .number("snapshotBytes", segment.snapshot_bytes())
      .text("chain", to_hex(begin.chain.bytes()))
      .words(fmt::format("segment of {}, {} B: begins at offset {}, snapshot of {} B, chain {}…",
                         partition_text(segment.key(), seams_.catalog), bytes, begin.offset.value(),
                         segment.snapshot_bytes(), to_hex(begin.chain.bytes()).substr(0, 8)));
  seams_.sink.take(line);
  // Without its neighbours a segment is checked for itself.
  if (!check_) check_.emplace(segment.key(), nullptr, findings_);
  check_->check(FoundHead{begin, segment.head_spot()});
  tell_findings();
  end_ = std::max(end_, begin.offset);
  return take_batches(segment, is_last);
}

Result<void> SegmentDump::take_batches(SegmentFile& segment, bool is_last) {
  while (true) {
    TRY_ASSIGN(SegmentFile::Found found, segment.next());
    if (found == SegmentFile::Found::kEnd) return {};
    if (found == SegmentFile::Found::kBatch) {
      take_batch(segment);
      continue;
    }
    Spot spot = segment.spot();
    if (may_be_torn(is_last)) {
      DumpLine line("torn", *spot.file, spot.position);
      line.words(fmt::format("a write that never ended, and was never known to be stored: {}",
                             segment.why()));
      seams_.sink.take(line);
      return {};
    }
    seams_.sink.corrupt(*spot.file, spot.position, segment.why());
    check_->lost();
    TRY_ASSIGN(bool goes_on, segment.skip_damage());
    if (!goes_on) return {};
  }
}

void SegmentDump::take_batch(const SegmentFile& segment) {
  const wire::BatchHeader& header = segment.batch().header();
  Spot spot = segment.spot();
  DumpLine line("batch", *spot.file, spot.position);
  describe_batch(line, header, seams_.catalog);
  seams_.sink.take(line);
  end_ = header.end_offset();
  auto opened = OpenedBatch::open({segment.batch(), spot});
  if (!opened) {
    seams_.sink.corrupt(*spot.file, spot.position, opened.error().detail);
    check_->lost();
    return;
  }
  check_->check(*opened);
  tell_findings();
  if (seams_.options.records) dump_records(seams_.sink, *opened, seams_.catalog);
}

// What does not fit together. The first hundred are told; a log with more is no log.
void SegmentDump::tell_findings() {
  for (; told_ < findings_.listed().size(); ++told_) {
    const Violation& found = findings_.listed()[told_];
    seams_.sink.corrupt(found.spot.file ? *found.spot.file : "", found.spot.position,
                        fmt::format("{}: {}", name_of(found.kind), found.detail));
  }
}

}  // namespace usher::audit

#include "tests/faults/bitflip/layout.h"

#include <algorithm>

#include "proto/base/check.h"

namespace usher::faults {

std::string_view name_of(FileKind kind) {
  switch (kind) {
    case FileKind::kJournal:
      return "journal";
    case FileKind::kSealed:
      return "sealed segment";
    case FileKind::kOpen:
      return "open segment";
    case FileKind::kIndex:
      return "index";
  }
  CHECK(false);
}

bool is_unused(Use use) { return use >= Use::kBehindGroup; }

std::string_view proof_of(Use use) {
  switch (use) {
    case Use::kBehindGroup:
      return "zeros between a group's last entry and the sector: no group begins there, and no "
             "digest covers them";
    case Use::kBehindJournal:
      return "behind the last group of its file";
    case Use::kFreeFile:
      return "in a journal file whose groups are all older than the oldest that is needed";
    case Use::kBehindHead:
      return "zeros between a head's snapshot and the sector of the first batch";
    case Use::kBehindLastBatch:
      return "behind the segment's last batch";
    case Use::kBehindIndex:
      return "behind the index's last row";
    default:
      return "it counts";
  }
}

const Piece& LaidOut::at(uint64_t byte) const {
  auto behind = std::ranges::upper_bound(pieces, byte, {}, &Piece::begin);
  CHECK(behind != pieces.begin() && byte < std::prev(behind)->end, "pieces cover the file");
  return *std::prev(behind);
}

Result<Layout> lay_out(const Files& files) {
  Layout layout;
  TRY(lay_out_journal(files, layout));
  TRY(lay_out_segments(files, layout));
  for (const auto& [path, laid_out] : layout) {
    uint64_t end = 0;
    for (const Piece& piece : laid_out.pieces) {
      CHECK(piece.begin == end && piece.end > piece.begin, "pieces cover the file");
      end = piece.end;
    }
    CHECK(end == files.at(path).size(), "pieces cover the file");
  }
  return layout;
}

}  // namespace usher::faults

// What every byte of a broker's data directory is, by the pages of the formats (docs/formats/) and
// not by the broker's readers: what proves that a flipped bit hit something, or nothing. Pure.
//
//     file    ├ head ┤ behind it ├ batch ┤├ batch ┤ gap ├ batch ┤ behind the last ┤
//     use       kHead  kBehindHead  kBatch …        kGap           kBehindLastBatch
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/result.h"

namespace usher::faults {

enum class FileKind : uint8_t { kJournal, kSealed, kOpen, kIndex };
constexpr size_t kFileKinds = 4;
std::string_view name_of(FileKind kind);

enum class Use : uint8_t {
  // What counts: a flip in it must be told.
  kGroup,      // of the journal: followed by another that carries its digest
  kLastGroup,  // the newest: nothing speaks for it yet
  kHead,       // of a segment
  kBatch,
  kGap,  // zeros up to the sector, and a batch behind them
  kIndex,
  // What nothing is read from: why it is so is the proof that a flip there is nobody's loss.
  kBehindGroup,      // zeros between a group's body and the sector
  kBehindJournal,    // behind the last group of a file in use
  kFreeFile,         // a journal file no group of which counts any more
  kBehindHead,       // zeros between a head's snapshot and the sector
  kBehindLastBatch,  // the rest of a segment's last sector
  kBehindIndex,
};
bool is_unused(Use use);
// Why nothing is read from there.
std::string_view proof_of(Use use);

// A stretch of a file that is one thing, and is proved as one.
struct Piece {
  uint64_t begin;
  uint64_t end;
  Use use;
  // Of a group: how many entries it has.
  uint32_t entries = 0;
};

struct LaidOut {
  FileKind kind;
  std::vector<Piece> pieces;  // all of the file, in order
  const Piece& at(uint64_t byte) const;
};

// By path, as in the directory: journal/0001.journal, segments/1-0/….segment and .index.
using Files = std::map<std::string, Buffer>;
using Layout = std::map<std::string, LaidOut>;

// The error names file and byte of what is not as the formats say: with it the directory is not
// whole.
Result<Layout> lay_out(const Files& files);

// layout_journal.cc, layout_segments.cc: what lay_out() is made of.
Result<void> lay_out_journal(const Files& files, Layout& layout);
Result<void> lay_out_segments(const Files& files, Layout& layout);

}  // namespace usher::faults

// What a segment file begins with: whose it is, what its first batch continues, and the snapshot of
// the partition's state there, so that a start reads no older segment. docs/formats/segment.md.
//
//     file = head 96 │ seqs 16·T │ snapshot │ zeros up to the sector │ batch │ batch │ …
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "broker/log/boundary.h"

namespace usher::log {

struct SegmentHead {
  Key key;
  Boundary begin;
  Buffer snapshot;  // the partition's: nothing here looks into it
};

// Whole sectors, aligned as O_DIRECT wants it.
Buffer encode_head(const SegmentHead& head);
// `file` begins with the head and may go on. SEGMENT_CORRUPT says what is wrong with it.
Result<SegmentHead> decode_head(const Buffer& file);
// Where the first batch stands.
uint64_t head_bytes(const SegmentHead& head);

// The head of a segment that another replica sent, until the journal knows of it.
constexpr std::string_view kIncomingName = "incoming";
// "00000000000000000042.segment" begins at offset 42.
std::string segment_name(Offset base);
std::string index_name(Offset base);
// The base that the name says; nothing for another kind of file.
std::optional<Offset> base_of_segment(std::string_view name);
std::optional<Offset> base_of_index(std::string_view name);

}  // namespace usher::log

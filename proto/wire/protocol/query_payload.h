// The payloads of questions to an app's state (proto/wire/protocol/query.h). What is asked is in
// the envelope, in words: "get STORE" with the key as payload, answered by the value; "range STORE"
// with what stands here; "state", without a store, sums up all of them. Little-endian, lengths
// before bytes.
//
//     asked   u32 limit │ u32 length, prefix │ u32 length, after
//     state   u64 digest low │ u64 high │ u64 entries │ 32 bytes chain
//     told    u8 more   │ u32 length, key │ u32 length, value │ …
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/bytes.h"
#include "proto/base/hash.h"
#include "proto/base/result.h"
#include "proto/base/sha256.h"

namespace usher::wire {

constexpr std::string_view kGetQuery = "get ";
constexpr std::string_view kRangeQuery = "range ";
constexpr std::string_view kStateQuery = "state";
// No question: a poisoned task begins again and passes its next input over. Without payload.
constexpr std::string_view kSkipQuery = "skip";

struct RangeAsked {
  uint32_t limit = 0;
  std::string prefix = {};
  std::string after = {};  // behind this key
  friend bool operator==(const RangeAsked&, const RangeAsked&) = default;
};

struct RangeEntry {
  std::string key = {};
  std::string value = {};
  friend bool operator==(const RangeEntry&, const RangeEntry&) = default;
};
struct RangeTold {
  std::vector<RangeEntry> entries = {};
  bool more = false;
  friend bool operator==(const RangeTold&, const RangeTold&) = default;
};

// A task's state, of which the reply's offset is the end of the last step in it: what its entries
// sum up to, counted anew, and the chain at that offset.
struct StateTold {
  Digest digest = {};
  uint64_t entries = 0;
  Sha256 chain = {};
  friend bool operator==(const StateTold&, const StateTold&) = default;
};

std::string encode(const StateTold& told);
std::string encode(const RangeAsked& asked);
std::string encode(const RangeTold& told);
// ENVELOPE_MALFORMED for what encode() never gives.
Result<RangeAsked> decode_range_asked(Bytes bytes);
Result<RangeTold> decode_range_told(Bytes bytes);
Result<StateTold> decode_state_told(Bytes bytes);

}  // namespace usher::wire

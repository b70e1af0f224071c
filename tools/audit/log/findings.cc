#include "tools/audit/log/findings.h"

#include <algorithm>
#include <numeric>

namespace usher::audit {

std::string_view name_of(Kind kind) {
  constexpr std::array<std::string_view, kKinds> kNames = {
      "file",        "journal",    "batch",     "place",       "offset",  "term",   "chain",
      "seq",         "time",       "writer",    "producer",    "link",    "claim",  "epoch",
      "step-number", "step-range", "step-term", "step-record", "replica", "digest", "re-execution",
      "outcome",     "seat",       "rule",      "count",       "record",  "store"};
  return kNames[static_cast<size_t>(kind)];
}

void Findings::add(Violation violation) {
  ++counts_[static_cast<size_t>(violation.kind)];
  if (listed_.size() < kListedViolations) listed_.push_back(std::move(violation));
}

void Findings::remark(std::string text) {
  if (std::ranges::find(remarks_, text) != remarks_.end()) return;
  if (remarks_.size() < kListedViolations) remarks_.push_back(std::move(text));
}

void Findings::append(Findings&& later) {
  for (size_t i = 0; i < kKinds; ++i) counts_[i] += later.counts_[i];
  for (Violation& violation : later.listed_)
    if (listed_.size() < kListedViolations) listed_.push_back(std::move(violation));
  for (std::string& text : later.remarks_) remark(std::move(text));
}

uint64_t Findings::count() const {
  return std::accumulate(counts_.begin(), counts_.end(), uint64_t{0});
}

}  // namespace usher::audit

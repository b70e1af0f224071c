#include "broker/raft/membership_history.h"

#include "proto/base/check.h"

namespace usher::raft {

const Membership& MembershipHistory::before(Offset offset) const {
  const Membership* found = &first_;
  for (const Change& change : changes_)
    if (change.at < offset) found = &change.after;
  return *found;
}

bool MembershipHistory::is_settled(Offset commit) const {
  return changes_.empty() || changes_.back().at < commit;
}

void MembershipHistory::append(Offset at, Membership after) {
  CHECK(changes_.empty() || changes_.back().at < at);
  changes_.push_back({at, std::move(after)});
}

void MembershipHistory::truncate(Offset end) {
  while (!changes_.empty() && changes_.back().at >= end) changes_.pop_back();
}

void MembershipHistory::forget_before(Offset start) {
  first_ = Membership(before(start));
  std::erase_if(changes_, [&](const Change& change) { return change.at < start; });
}

}  // namespace usher::raft

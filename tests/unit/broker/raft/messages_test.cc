#include "broker/raft/messages.h"

#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"

namespace usher::raft::test {
namespace {

Result<void> check_append(LogPosition prev, std::vector<Entry> entries, uint64_t term = 5) {
  return check(
      {ReplicaId(1), ReplicaId(2), Term(term), AppendRequest{prev, std::move(entries), Offset(0)}});
}

TEST_CASE("a message whose batches continue each other is well formed") {
  EXPECT(check_append(position(3, 1), {}));
  EXPECT(check_append(position(3, 1), {records(1, 3, 5), records(4, 5, 6)}));
  EXPECT(check({ReplicaId(1), ReplicaId(2), Term(1), CampaignNow{}}));
}

TEST_CASE("a message with batches that no leader sends is refused by its offset") {
  Entry wide = records(2, 3, 5);
  wide.kind = EntryKind::kNewLeader;
  Entry bare = records(2, 3, 4);
  bare.kind = EntryKind::kMembership;
  Entry stray = records(2, 3, 4);
  stray.membership = Membership{};
  for (const std::vector<Entry>& entries : {std::vector{records(1, 4, 5)},
                                            {records(1, 3, 3)},
                                            {records(1, 3, 4), records(1, 5, 6)},
                                            {records(2, 3, 4), records(1, 4, 5)},
                                            {records(6, 3, 4)},
                                            {wide},
                                            {bare},
                                            {stray}}) {
    Result<void> checked = check_append(position(3, 1), entries);
    REQUIRE(!checked);
    EXPECT(checked.error().code == ErrorCode::BATCH_MALFORMED);
  }
  EXPECT(check_append(position(3, 2), {records(1, 3, 4)}).error().detail ==
         "batch at offset 3 is of a term out of order");
}

}  // namespace
}  // namespace usher::raft::test

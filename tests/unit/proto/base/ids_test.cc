#include "proto/base/ids.h"

#include <type_traits>
#include <unordered_set>

#include "tests/doctest.h"

namespace usher {
namespace {

// What must not compile is asked of the types.
static_assert(!std::is_convertible_v<uint32_t, BrokerId>);
static_assert(!std::is_convertible_v<BrokerId, uint32_t>);
static_assert(!std::is_constructible_v<TopicId, PartitionId>);
static_assert(!std::is_constructible_v<Offset, Seq>);
static_assert(!std::is_assignable_v<Term&, uint64_t>);
template <class A, class B>
concept Adds = requires(A a, B b) { a + b; };
template <class A, class B>
concept Subtracts = requires(A a, B b) { a - b; };
template <class A, class B>
concept Compares = requires(A a, B b) { a == b; };
static_assert(!Adds<BrokerId, int> && Adds<Offset, int> && !Adds<Offset, Offset>);
static_assert(!Compares<Offset, Seq> && !Compares<TopicId, PartitionId>);
static_assert(!Subtracts<Offset, Term> && Subtracts<Offset, Offset>);
static_assert(sizeof(Slot) == 2 && sizeof(Offset) == 8);

TEST_CASE("ids compare and hash by what they name") {
  EXPECT(BrokerId(1) == BrokerId(1));
  EXPECT(BrokerId(1) < BrokerId(2));
  EXPECT(BrokerId() == BrokerId(0));
  std::unordered_set<TopicId> topics = {TopicId(1), TopicId(2), TopicId(1)};
  EXPECT(topics.size() == 2);
  std::unordered_set<Offset> offsets = {Offset(7), Offset(7)};
  EXPECT(offsets.contains(Offset(7)));
}

TEST_CASE("ordinals count, and two of a kind have a distance") {
  EXPECT(Offset(7).next() == Offset(8));
  EXPECT(Offset(7) + 3 == Offset(10));
  EXPECT(Offset(7) - 3 == Offset(4));
  EXPECT(Offset(10) - Offset(7) == 3);
  EXPECT(Term(1) < Term(2));
}

}  // namespace
}  // namespace usher

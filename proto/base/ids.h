// The strong types of Usher's vocabulary (docs/architecture.md has the words).
// An Id only names something: it compares and hashes. An Ordinal also counts: it has a next, and
// two of a kind have a distance. None converts to another or to a plain number without being asked.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace usher {

template <class Tag, class Rep>
class Id {
 public:
  using rep = Rep;
  constexpr Id() = default;
  constexpr explicit Id(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  Rep value_ = 0;
};

template <class Tag>
class Ordinal {
 public:
  using rep = uint64_t;
  constexpr Ordinal() = default;
  constexpr explicit Ordinal(uint64_t value) : value_(value) {}
  constexpr uint64_t value() const { return value_; }
  constexpr Ordinal next() const { return Ordinal(value_ + 1); }
  friend constexpr auto operator<=>(const Ordinal&, const Ordinal&) = default;
  friend constexpr Ordinal operator+(Ordinal a, uint64_t n) { return Ordinal(a.value_ + n); }
  friend constexpr Ordinal operator-(Ordinal a, uint64_t n) { return Ordinal(a.value_ - n); }
  // How many steps from b to a; the caller knows that a is not before b.
  friend constexpr uint64_t operator-(Ordinal a, Ordinal b) { return a.value_ - b.value_; }

 private:
  uint64_t value_ = 0;
};

using BrokerId = Id<struct BrokerIdTag, uint32_t>;
using SpaceId = Id<struct SpaceIdTag, uint32_t>;
using TopicId = Id<struct TopicIdTag, uint32_t>;
using PartitionId = Id<struct PartitionIdTag, uint32_t>;
using AppId = Id<struct AppIdTag, uint32_t>;
using MemberId = Id<struct MemberIdTag, uint64_t>;
using Slot = Id<struct SlotTag, uint16_t>;
using RequestId = Id<struct RequestIdTag, uint64_t>;

using Term = Ordinal<struct TermTag>;
using Offset = Ordinal<struct OffsetTag>;
using Seq = Ordinal<struct SeqTag>;
using Epoch = Ordinal<struct EpochTag>;
using StepNumber = Ordinal<struct StepNumberTag>;

}  // namespace usher

template <class Tag, class Rep>
struct std::hash<usher::Id<Tag, Rep>> {
  size_t operator()(usher::Id<Tag, Rep> id) const { return std::hash<Rep>{}(id.value()); }
};

template <class Tag>
struct std::hash<usher::Ordinal<Tag>> {
  size_t operator()(usher::Ordinal<Tag> id) const { return std::hash<uint64_t>{}(id.value()); }
};

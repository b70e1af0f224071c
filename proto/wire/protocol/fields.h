// What the codecs of this folder share: lists, numbers and text between Cap'n Proto and plain
// values. A value that no released program writes is refused by an exception of Cap'n Proto's,
// which decode_envelope() catches with its own. Included by codecs only.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/ids.h"
#include "proto/base/time.h"
#include "proto/wire/capnp.h"
#include "proto/wire/protocol/cluster_id.h"

namespace usher::wire::fields {

// Text from the other side ends up in logs and messages: it is cut, not refused.
constexpr size_t kTextBytes = 1'000;

inline std::string text_of(capnp::Text::Reader text) {
  return std::string(text.cStr(), std::min(text.size(), kTextBytes));
}

// A number of an enumeration that ends with `last`.
template <class Enum>
Enum enum_of(uint16_t number, Enum last) {
  KJ_REQUIRE(number <= static_cast<uint16_t>(last), "a value of no known kind", number);
  return static_cast<Enum>(number);
}
template <class Enum>
uint16_t number_of(Enum value) {
  return static_cast<uint16_t>(value);
}

inline int64_t ns_of(Duration duration) { return duration.count(); }

inline ClusterId read(schema::ClusterId::Reader id) { return {id.getHigh(), id.getLow()}; }
inline void write(const ClusterId& id, schema::ClusterId::Builder into) {
  into.setHigh(id.high);
  into.setLow(id.low);
}

// Ids whose numbering begins at 1: 0 on the wire is none.
template <class Id>
std::optional<Id> optional_of(typename Id::rep number) {
  if (number == 0) return std::nullopt;
  return Id(number);
}
template <class Id>
typename Id::rep number_or_0(const std::optional<Id>& id) {
  return id ? id->value() : 0;
}

// Lists of ids, by their numbers.
template <class Id, class Reader>
std::vector<Id> ids_of(Reader numbers) {
  std::vector<Id> ids;
  ids.reserve(numbers.size());
  for (auto number : numbers) ids.emplace_back(number);
  return ids;
}
template <class Id, class Builder>
void write_ids(const std::vector<Id>& ids, Builder into) {
  for (unsigned i = 0; i < ids.size(); ++i)
    into.set(i, static_cast<decltype(into[0] + 0)>(ids[i].value()));
}

// Lists of structs, each by the codec that `write_one` and `read_one` are.
template <class Value, class Builder, class WriteOne>
void write_list(const std::vector<Value>& values, Builder into, WriteOne write_one) {
  for (unsigned i = 0; i < values.size(); ++i) write_one(values[i], into[i]);
}
template <class Reader, class ReadOne>
auto read_list(Reader list, ReadOne read_one) {
  std::vector<decltype(read_one(list[0]))> values;
  values.reserve(list.size());
  for (auto item : list) values.push_back(read_one(item));
  return values;
}

inline unsigned size_of(const auto& list) { return static_cast<unsigned>(list.size()); }

}  // namespace usher::wire::fields

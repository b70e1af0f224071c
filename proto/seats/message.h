// Messages of the seats' schema (proto/records), and the fields that the codecs of this folder
// share.
#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>

#include "proto/records/message.h"
#include "proto/schema/seats.capnp.h"
#include "proto/seats/reservation_id.h"

namespace usher::seats {

namespace wire = schema::seats;

using records::malformed;
using records::packed;
using records::unpacked;

// --- fields ---

inline std::string text_of(capnp::Text::Reader text) { return {text.cStr(), text.size()}; }
inline kj::StringPtr to_kj(const std::string& text) { return {text.c_str(), text.size()}; }

template <class Builder>
void set_id(Builder&& to, const ReservationId& id) {
  to.setIdHigh(id.high);
  to.setIdLow(id.low);
}
template <class Reader>
ReservationId id_of(Reader&& from) {
  return {.high = from.getIdHigh(), .low = from.getIdLow()};
}

// A number that names one of an enum's first `kinds` values.
template <class Enum>
Result<Enum> enum_of(uint8_t number, size_t kinds, std::string_view what) {
  if (number >= kinds) return malformed(fmt::format("{} {} is not known", what, number));
  return static_cast<Enum>(number);
}

inline std::vector<Seat> seats_of(capnp::List<uint32_t>::Reader list) {
  std::vector<Seat> seats;
  seats.reserve(list.size());
  for (uint32_t seat : list) seats.push_back(Seat::of(seat));
  return seats;
}
inline void set_seats(capnp::List<uint32_t>::Builder list, const std::vector<Seat>& seats) {
  for (size_t i = 0; i < seats.size(); ++i) list.set(static_cast<unsigned>(i), seats[i].packed());
}

}  // namespace usher::seats

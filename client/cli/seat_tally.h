// Which seats of a sale were given away, each remembered, and how many more than once. There is one
// for what the outcomes named and one for what the state holds; at the end they must be the same,
// and the same as the sections' maps. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "client/cli/sale_requests.h"
#include "proto/seats/section_map.h"

namespace usher::cli {

class SeatTally {
 public:
  explicit SeatTally(const SaleShape& shape) : shape_(shape), has_(shape.seats()) {}

  void add(uint64_t event, uint64_t section, seats::Seat seat);

  uint64_t seats() const { return seats_; }
  // Beyond the first of each seat.
  uint64_t doubles() const { return doubles_; }
  // Of an event, section, row or number that the sale does not have.
  uint64_t strangers() const { return strangers_; }
  // Seats that one has and the other does not.
  uint64_t differing(const SeatTally& other) const;
  // The same for a section's map, where every seat that is not available counts.
  uint64_t differing(uint64_t event, uint64_t section, const seats::SectionMap& map) const;

 private:
  uint64_t place(uint64_t event, uint64_t section, seats::Seat seat) const;

  SaleShape shape_;
  std::vector<bool> has_;  // by event, section, row, number
  uint64_t seats_ = 0;
  uint64_t doubles_ = 0;
  uint64_t strangers_ = 0;
};

}  // namespace usher::cli

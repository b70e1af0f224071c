#include "client/cli/seat_tally.h"

#include "proto/base/check.h"

namespace usher::cli {

uint64_t SeatTally::place(uint64_t event, uint64_t section, seats::Seat seat) const {
  uint64_t row = (event * shape_.sections + section) * shape_.rows + (seat.row - 1U);
  return row * shape_.seats_per_row + (seat.number - 1U);
}

void SeatTally::add(uint64_t event, uint64_t section, seats::Seat seat) {
  bool is_known = event < shape_.events && section < shape_.sections && seat.row >= 1 &&
                  seat.row <= shape_.rows && seat.number >= 1 &&
                  seat.number <= shape_.seats_per_row;
  if (!is_known) {
    ++strangers_;
    return;
  }
  uint64_t at = place(event, section, seat);
  if (has_[at]) {
    ++doubles_;
    return;
  }
  has_[at] = true;
  ++seats_;
}

uint64_t SeatTally::differing(const SeatTally& other) const {
  CHECK(has_.size() == other.has_.size());
  uint64_t sum = 0;
  for (size_t at = 0; at < has_.size(); ++at) sum += has_[at] != other.has_[at];
  return sum;
}

uint64_t SeatTally::differing(uint64_t event, uint64_t section,
                              const seats::SectionMap& map) const {
  if (map.rows() != shape_.rows || map.seats_per_row() != shape_.seats_per_row)
    return shape_.seats_per_section();
  uint64_t sum = 0;
  for (uint16_t row = 1; row <= map.rows(); ++row)
    for (uint16_t number = 1; number <= map.seats_per_row(); ++number) {
      seats::Seat seat{.row = row, .number = number};
      bool is_taken = map.state(seat) != seats::SeatState::kAvailable;
      sum += is_taken != has_[place(event, section, seat)];
    }
  return sum;
}

}  // namespace usher::cli

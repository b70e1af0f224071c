#include "proto/seats/section_map.h"

#include <cstring>

#include "proto/base/check.h"

namespace usher::seats {

SectionMap::SectionMap(uint16_t rows, uint16_t seats_per_row)
    : rows_(rows),
      seats_per_row_(seats_per_row),
      words_((seats_per_row + 63U) / 64),
      last_mask_(seats_per_row % 64 == 0 ? ~uint64_t{0} : (uint64_t{1} << seats_per_row % 64) - 1),
      counts_{total(), 0, 0, 0},
      low_(rows * words_),
      high_(rows * words_) {}

SeatState SectionMap::state(Seat seat) const {
  CHECK(has(seat));
  size_t at = (seat.row - 1U) * words_ + (seat.number - 1U) / 64;
  unsigned bit = (seat.number - 1U) % 64;
  return static_cast<SeatState>((low_[at] >> bit & 1) | (high_[at] >> bit & 1) << 1);
}

void SectionMap::set(Seat seat, SeatState state) {
  --counts_[static_cast<size_t>(this->state(seat))];
  ++counts_[static_cast<size_t>(state)];
  size_t at = (seat.row - 1U) * words_ + (seat.number - 1U) / 64;
  uint64_t bit = uint64_t{1} << (seat.number - 1U) % 64;
  auto bits = static_cast<uint8_t>(state);
  low_[at] = (bits & 1) != 0 ? low_[at] | bit : low_[at] & ~bit;
  high_[at] = (bits & 2) != 0 ? high_[at] | bit : high_[at] & ~bit;
}

std::string SectionMap::row_text(uint16_t row) const {
  std::string text(seats_per_row_, '.');
  for (uint16_t number = 1; number <= seats_per_row_; ++number)
    text[number - 1U] = ".RSX"[static_cast<size_t>(state({.row = row, .number = number}))];
  return text;
}

void SectionPlanes::write(const SectionMap& map, SeatState plane, std::span<unsigned char> to) {
  const auto& words = plane == SeatState::kReserved ? map.low_ : map.high_;
  size_t bytes = row_bytes(map);
  for (size_t row = 0; row < map.rows_; ++row)
    std::memcpy(to.data() + row * bytes, words.data() + row * map.words_, bytes);
}

bool SectionPlanes::read(SectionMap& map, std::span<const unsigned char> low,
                         std::span<const unsigned char> high, const uint32_t (&counts)[3]) {
  CHECK(low.size() == bytes(map) && high.size() == bytes(map));
  size_t bytes = row_bytes(map);
  uint64_t past = 0;
  for (size_t row = 0; row < map.rows_; ++row) {
    std::memcpy(map.low_.data() + row * map.words_, low.data() + row * bytes, bytes);
    std::memcpy(map.high_.data() + row * map.words_, high.data() + row * bytes, bytes);
    size_t last = (row + 1) * map.words_ - 1;
    past |= (map.low_[last] | map.high_[last]) & ~map.last_mask_;
  }
  uint64_t taken = uint64_t{counts[0]} + counts[1] + counts[2];
  if (past != 0 || taken > map.total()) return false;
  map.counts_[0] = map.total() - static_cast<uint32_t>(taken);
  for (size_t i = 0; i < 3; ++i) map.counts_[i + 1] = counts[i];
  return true;
}

}  // namespace usher::seats

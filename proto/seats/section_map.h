// A section: the state of each of its seats, as bits, two planes, each row in whole words. It is
// the section's entry in the store: one get and one put however many seats a reservation has.
//
//            word 0             word 1          bit b of word w is seat 64 w + b + 1
//     row 1  ■■□□■…             □□             a plane has a bit a seat:
//     row 2  □□□□□…             ■□             low high   00 available, 10 reserved,
//     …                                                   01 sold,      11 blocked
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "proto/seats/seat.h"

namespace usher::seats {

enum class SeatState : uint8_t { kAvailable = 0, kReserved = 1, kSold = 2, kBlocked = 3 };

class SectionMap {
 public:
  SectionMap() = default;
  // All seats available. The sizes are within the limits.
  SectionMap(uint16_t rows, uint16_t seats_per_row);

  uint16_t rows() const { return rows_; }
  uint16_t seats_per_row() const { return seats_per_row_; }
  size_t words_per_row() const { return words_; }
  uint32_t total() const { return uint32_t{rows_} * seats_per_row_; }
  uint32_t count(SeatState state) const { return counts_[static_cast<size_t>(state)]; }
  uint32_t available() const { return count(SeatState::kAvailable); }

  bool has(Seat seat) const {
    return seat.row >= 1 && seat.row <= rows_ && seat.number >= 1 && seat.number <= seats_per_row_;
  }
  // The seat is one of the section.
  SeatState state(Seat seat) const;
  void set(Seat seat, SeatState state);

  // Word `word` of row `row` (from 0): a bit for each seat that is free. Bits past the row are 0.
  uint64_t free_word(size_t row, size_t word) const {
    size_t at = row * words_ + word;
    return ~(low_[at] | high_[at]) & (word + 1 == words_ ? last_mask_ : ~uint64_t{0});
  }
  // One character a seat: '.' available, 'R' reserved, 'S' sold, 'X' blocked. `row` counts from 1.
  std::string row_text(uint16_t row) const;

  friend bool operator==(const SectionMap&, const SectionMap&) = default;

 private:
  friend class SectionPlanes;
  uint16_t rows_ = 0;
  uint16_t seats_per_row_ = 0;
  size_t words_ = 0;
  uint64_t last_mask_ = 0;
  uint32_t counts_[4] = {};
  std::vector<uint64_t> low_, high_;
};

// The planes as the codec writes them: a row after the other, each in whole bytes.
class SectionPlanes {
 public:
  static size_t row_bytes(const SectionMap& map) { return (map.seats_per_row_ + 7U) / 8; }
  static size_t bytes(const SectionMap& map) { return map.rows_ * row_bytes(map); }
  static void write(const SectionMap& map, SeatState plane, std::span<unsigned char> to);
  // Says false, and leaves the map unusable, for bits past a row's end or counts that are too high.
  static bool read(SectionMap& map, std::span<const unsigned char> low,
                   std::span<const unsigned char> high, const uint32_t (&counts)[3]);
};

}  // namespace usher::seats

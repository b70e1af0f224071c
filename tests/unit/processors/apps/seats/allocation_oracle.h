// "Best available", by trying everything: written from the contract's text alone and as slowly as
// it reads. It shares nothing with what it judges, not even the map.
//
//     "blocks that leave no new orphan (a free seat whose neighbours in its row are taken or the
//      row's end), else any; lowest row; smallest distance between the block's centre and the
//      row's; lowest seat number. With split, only where no block fits: the longest run that fits
//      by the same order, then the rest likewise. Fewer than n free: SOLD_OUT."
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace usher::seats::oracle {

// A row a string, a seat a character: '.' is free, all else is taken.
using Rows = std::vector<std::string>;

struct Answer {
  // "seats", "SOLD_OUT" or "NO_ADJACENT_SEATS"
  std::string word;
  // (row, number), both from 1, by row and then number
  std::vector<std::pair<int, int>> seats;
  // free seats for SOLD_OUT, the longest run for NO_ADJACENT_SEATS
  int figure = 0;
  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer best_available(Rows rows, int count, bool split);

}  // namespace usher::seats::oracle

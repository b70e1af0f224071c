#include "broker/raft/term_history.h"

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::raft {
namespace {

LogPosition at(uint64_t end, uint64_t term) { return {Offset(end), Term(term)}; }

// 1:0-3 4:3-5 5:5-9
TermHistory sample() {
  TermHistory terms;
  for (LogPosition end : {at(2, 1), at(3, 1), at(5, 4), at(9, 5)}) terms.append(end);
  return terms;
}

TEST_CASE("a term history knows the term before every offset from its start to its end") {
  TermHistory terms = sample();
  std::vector<uint64_t> expected = {0, 1, 1, 1, 4, 4, 5, 5, 5, 5};
  for (uint64_t offset = 0; offset <= 9; ++offset)
    EXPECT(terms.term_before(Offset(offset)) == Term(expected[offset]));
  EXPECT(terms.end() == at(9, 5));
  EXPECT(terms.spans().size() == 3);
}

TEST_CASE("a term history holds a position if offset and term are its own") {
  TermHistory terms = sample();
  for (LogPosition held : {at(0, 0), at(1, 1), at(3, 1), at(4, 4), at(9, 5)})
    EXPECT(terms.holds(held));
  for (LogPosition other : {at(0, 1), at(3, 4), at(4, 1), at(9, 4), at(10, 5)})
    EXPECT(!terms.holds(other));
}

TEST_CASE("the last position not above another one skips whole terms") {
  TermHistory terms = sample();
  struct Row {
    LogPosition asked;
    LogPosition found;
  };
  for (const Row& row :
       {Row{at(20, 6), at(9, 5)}, Row{at(20, 5), at(9, 5)}, Row{at(20, 4), at(5, 4)},
        Row{at(20, 3), at(3, 1)}, Row{at(4, 5), at(3, 1)}, Row{at(4, 3), at(3, 1)},
        Row{at(2, 5), at(0, 0)}, Row{at(20, 0), at(0, 0)}, Row{at(0, 0), at(0, 0)}})
    EXPECT(terms.last_not_above(row.asked) == row.found);
  terms.forget_before(Offset(5));
  EXPECT(terms.last_not_above(at(20, 4)) == at(5, 4));
  EXPECT(!terms.last_not_above(at(20, 3)));
  EXPECT(!terms.last_not_above(at(4, 4)));
}

TEST_CASE("a log cut off or forgotten keeps the terms of what is left") {
  TermHistory terms = sample();
  terms.truncate(Offset(4));
  EXPECT(terms.end() == at(4, 4));
  terms.truncate(Offset(3));
  EXPECT(terms.end() == at(3, 1));
  terms.append(at(6, 7));
  terms.forget_before(Offset(4));
  EXPECT(terms.start() == at(4, 7));
  EXPECT(terms.term_before(Offset(5)) == Term(7));
  terms.truncate(Offset(4));
  EXPECT(terms.end() == at(4, 7));
  EXPECT(terms.spans().empty());
}

TEST_CASE("where logs may agree is never inside a batch") {
  TermHistory terms;
  terms.append(at(10, 2));
  terms.append(at(20, 3));
  // Another log ends at 14 in term 4; nobody here knows which batches of term 3 end there.
  EXPECT(*terms.last_not_above(at(14, 4)) == at(10, 2));
  EXPECT(*terms.last_not_above(at(14, 3)) == at(14, 3));
  EXPECT(*terms.last_not_above(at(24, 4)) == at(20, 3));
  EXPECT(*terms.last_not_above(at(7, 4)) == at(0, 0));
}

// Known to be one: the start, where a term ends, or any place of the term that was asked with.
bool is_boundary(const std::vector<Term>& twin, uint64_t start, uint64_t offset, Term asked) {
  return offset == start || twin[offset] == asked || offset + 1 == twin.size() ||
         twin[offset + 1] != twin[offset];
}

// The twin keeps a term for every record.
TEST_CASE("a term history agrees with a list of terms whatever is done to both") {
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    Random random(seed);
    TermHistory terms;
    std::vector<Term> twin = {Term(0)};  // twin[o] is the term before o
    uint64_t start = 0;
    for (int step = 0; step < 60; ++step) {
      uint64_t end = twin.size() - 1;
      if (random.chance(3, 5)) {
        Term term = twin.back() + random.below(3);
        if (term == Term(0)) term = Term(1);
        twin.insert(twin.end(), random.between(1, 4), term);
        terms.append({Offset(twin.size() - 1), term});
      } else if (random.chance(3, 4)) {
        uint64_t to = random.between(start, end);
        twin.resize(to + 1);
        terms.truncate(Offset(to));
      } else {
        start = random.between(start, end);
        terms.forget_before(Offset(start));
      }
      for (uint64_t offset = start; offset < twin.size(); ++offset)
        REQUIRE(terms.term_before(Offset(offset)) == twin[offset]);
      LogPosition asked = at(random.below(twin.size() + 3), random.below(8));
      std::optional<LogPosition> found;
      for (uint64_t offset = start; offset < twin.size() && Offset(offset) <= asked.end; ++offset)
        if (twin[offset] <= asked.term && is_boundary(twin, start, offset, asked.term))
          found = LogPosition{Offset(offset), twin[offset]};
      REQUIRE(terms.last_not_above(asked) == found);
    }
  }
}

}  // namespace
}  // namespace usher::raft

// What is on sale, as the buyers know it, and what they ask for: drawn from a seed. Few seats and
// short holds, so that what one gives back another gets.
#pragma once

#include <string>
#include <vector>

#include "proto/base/random.h"
#include "proto/seats/event.h"

#include "tests/faults/seats/way.h"

namespace usher::faults {

struct OnSale {
  std::string event;
  seats::CreateEvent made;
  std::vector<seats::SectionShape> sections;  // those that were added, too
};

class Sale {
 public:
  // Three events that differ in everything that an event can be told: holds, limits, how long a
  // request without a key counts.
  Sale();

  std::vector<OnSale>& events() { return events_; }
  // Of the buyer; `number` makes the key new. Two buyers share a user.
  Request draw(uint64_t buyer, uint64_t number, Random& random) const;
  // The same key, something else.
  static Request altered(const Request& request);
  static seats::Seat draw_seat(const seats::SectionShape& section, Random& random);

 private:
  std::vector<OnSale> events_;
};

}  // namespace usher::faults

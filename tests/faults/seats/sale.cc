#include "tests/faults/seats/sale.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::faults {
namespace {

OnSale event_of(std::string id, seats::EventSettings settings,
                std::vector<seats::SectionShape> sections) {
  return {.event = std::move(id),
          .made = {.settings = settings, .sections = sections},
          .sections = sections};
}

}  // namespace

Sale::Sale() {
  events_.push_back(event_of("circus", {.limit_per_user = 6, .hold_s = 1, .dedup_s = 2},
                             {{.name = "A", .rows = 2, .seats_per_row = 8}}));
  events_.push_back(event_of("opera", {.limit_per_user = 0, .hold_s = 2, .dedup_s = 0},
                             {{.name = "A", .rows = 1, .seats_per_row = 10},
                              {.name = "B", .rows = 3, .seats_per_row = 5}}));
  events_.push_back(event_of("jazz", {.limit_per_user = 8, .hold_s = 3, .dedup_s = 3600},
                             {{.name = "A", .rows = 2, .seats_per_row = 10}}));
}

seats::Seat Sale::draw_seat(const seats::SectionShape& section, Random& random) {
  return {.row = static_cast<uint16_t>(random.between(1, section.rows)),
          .number = static_cast<uint16_t>(random.between(1, section.seats_per_row))};
}

Request Sale::draw(uint64_t buyer, uint64_t number, Random& random) const {
  const OnSale& from = events_[random.below(events_.size())];
  const seats::SectionShape& section = from.sections[random.below(from.sections.size())];
  Request request{.event = from.event,
                  .what = {.section = section.name,
                           .user = fmt::format("u{}", buyer / 2),
                           .count = static_cast<uint32_t>(random.between(1, 4)),
                           .split = random.chance(1, 4)}};
  if (random.chance(1, 8)) {
    std::vector<seats::Seat>& named = request.what.seats;
    for (uint64_t i = random.between(1, 3); i > 0; --i) {
      seats::Seat seat = draw_seat(section, random);
      if (std::ranges::find(named, seat) == named.end()) named.push_back(seat);
    }
    request.what.count = static_cast<uint32_t>(named.size());
    request.what.split = false;
  }
  if (random.chance(2, 3)) request.key = fmt::format("k{}-{}", buyer, number);
  return request;
}

Request Sale::altered(const Request& request) {
  Request other = request;
  other.what.seats.clear();
  other.what.count = request.what.count % 4 + 1;
  other.what.split = !request.what.split;
  return other;
}

}  // namespace usher::faults

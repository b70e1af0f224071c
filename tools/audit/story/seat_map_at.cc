#include "tools/audit/story/seat_map_at.h"

#include <fmt/format.h>

#include "proto/base/quote.h"
#include "proto/seats/names.h"
#include "tools/audit/story/story.h"

namespace usher::audit {

void SeatMapAt::take(const OpenedBatch& batch) {
  const auto* offset = std::get_if<Offset>(&at_);
  is_over_ = is_over_ || (offset ? batch.base() > *offset : batch.time() > std::get<WallTime>(at_));
  if (is_over_) return;
  rules_.take(batch);
  offset_ = batch.end() - 1;
  time_ = batch.time();
}

namespace {

// Calls each(name, section) for the event's sections.
template <class Each>
void for_each_section(const SeatMapText& text, Each&& each) {
  std::string prefix = text.event + "/";
  const auto& sections = text.map.book().sections();
  for (auto at = sections.lower_bound(prefix); at != sections.end(); ++at) {
    if (!at->first.starts_with(prefix)) break;
    each(std::string_view(at->first).substr(prefix.size()), at->second);
  }
}

std::string_view user_of(const SeatMapText& text, const seats::ReservationId& holder) {
  auto user = text.map.book().user_of(holder);
  return user ? user->substr(user->find('/') + 1) : "";
}

}  // namespace

std::string text_of(const SeatMapText& text) {
  std::string lines = fmt::format("{} at offset {}, {}\n", text.event, text.map.offset().value(),
                                  to_text(text.map.time()));
  for_each_section(text, [&](std::string_view name, const SectionBook& book) {
    lines += fmt::format("{}: {} available, {} reserved, {} sold, {} blocked\n", name,
                         book.counts[0], book.counts[1], book.counts[2], book.counts[3]);
    for (uint16_t row = 1; row <= book.rows; ++row)
      lines += fmt::format("{:>4}  {}\n", row, book.row_text(row));
  });
  return lines;
}

std::string json_of(const SeatMapText& text) {
  std::vector<std::string> sections;
  for_each_section(text, [&](std::string_view name, const SectionBook& book) {
    std::vector<std::string> rows, holders;
    for (uint16_t row = 1; row <= book.rows; ++row) {
      rows.push_back(fmt::format("{{\"row\":{},\"seats\":\"{}\"}}", row, book.row_text(row)));
      for (uint16_t number = 1; number <= book.seats_per_row; ++number) {
        seats::Seat seat{row, number};
        const seats::ReservationId& holder = book.holders[book.index(seat)];
        bool held = book.state(seat) == seats::SeatState::kReserved ||
                    book.state(seat) == seats::SeatState::kSold;
        if (held)
          holders.push_back(fmt::format("{{\"seat\":{},\"reservationId\":\"{}\",\"userId\":{}}}",
                                        quote(seats::seat_name(name, seat)), holder.text(),
                                        quote(user_of(text, holder))));
      }
    }
    sections.push_back(fmt::format(
        "{{\"name\":{},\"available\":{},\"reserved\":{},\"sold\":{},\"blocked\":{},\"rows\":[{}],"
        "\"holders\":[{}]}}",
        quote(name), book.counts[0], book.counts[1], book.counts[2], book.counts[3],
        joined(rows, ","), joined(holders, ",")));
  });
  return fmt::format("{{\"eventId\":{},\"offset\":{},\"time\":\"{}\",\"sections\":[{}]}}",
                     quote(text.event), text.map.offset().value(), to_text(text.map.time()),
                     joined(sections, ","));
}

}  // namespace usher::audit

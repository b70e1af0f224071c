#include "tests/unit/processors/apps/seats/random_sale.h"

#include <fmt/format.h>

#include "proto/base/random.h"

#include "tests/unit/processors/apps/seats/hall.h"
#include "tests/unit/processors/apps/seats/naive_model.h"

namespace usher::seats {
namespace {

const std::vector<std::string> kEvents = {"jazz", "opera"};
const std::vector<std::string> kSections = {"A", "B", "C", "none"};

class RandomSale {
 public:
  RandomSale(uint64_t seed, SaleCounts& counts) : random_(seed), counts_(counts) {}

  std::string step() {
    pass_time();
    const std::string& event = kEvents[random_.below(kEvents.size())];
    std::string wrong = random_.chance(1, 5) ? change(event) : ask(event);
    if (wrong.empty()) wrong = hall_.fault();
    for (const std::string& name : kEvents)
      for (const std::string& section : kSections)
        if (wrong.empty() && hall_.seats(name, section) != model_.seats(name, section))
          wrong = fmt::format("{} of {} is {}, not {}", section, name, hall_.seats(name, section),
                              model_.seats(name, section));
    if (wrong.empty() && hall_.entries(Store::kReservations) != model_.reservations())
      wrong = fmt::format("{} reservations are kept, not {}", hall_.entries(Store::kReservations),
                          model_.reservations());
    return wrong;
  }

 private:
  void pass_time() {
    uint64_t kind = random_.below(100);
    Duration by = kind < 40   ? 0s
                  : kind < 94 ? Duration(std::chrono::seconds(random_.below(20)))
                  : kind < 98 ? Duration(std::chrono::hours(random_.below(30)))
                              : Duration(std::chrono::hours(24 * random_.below(9)));
    hall_.advance(by);
    model_.advance_to(hall_.now());
  }

  // Neither side may say another word than the other.
  std::string compare(std::string_view what, std::string_view ours, std::string_view right) {
    ++counts_.words[std::string(right.substr(0, right.find_first_of(' ')))];
    return ours == right ? "" : fmt::format("{}: said {}, not {}", what, ours, right);
  }

  Seat random_seat() {
    return {.row = static_cast<uint16_t>(random_.between(random_.chance(1, 20) ? 0 : 1, 3)),
            .number = static_cast<uint16_t>(random_.between(1, random_.chance(1, 20) ? 9 : 6))};
  }

  std::string ask(const std::string& event) {
    if (!asked_.empty() && random_.chance(2, 5)) {
      const auto [id, of, what] = asked_[random_.below(asked_.size())];
      switch (random_.below(5)) {
        case 0:
          return reserve(id, of, what);
        case 1:
        case 2:
          return compare("pay", said(hall_.send(of, {.id = id, .what = Pay{}})),
                         model_.pay(of, id));
        default:
          return compare("cancel", said(hall_.send(of, {.id = id, .what = Cancel{}})),
                         model_.cancel(of, id));
      }
    }
    Reserve what{.section = kSections[random_.below(random_.chance(1, 10) ? 4 : 2)],
                 .user = fmt::format("user{}", random_.below(6)),
                 .count = static_cast<uint32_t>(random_.below(random_.chance(1, 30) ? 23 : 5)),
                 .split = random_.chance(1, 4)};
    if (random_.chance(1, 5)) {
      for (uint64_t n = random_.between(1, 3); n > 0; --n) what.seats.push_back(random_seat());
      what.count = random_.chance(9, 10) ? static_cast<uint32_t>(what.seats.size()) : 2;
    }
    ReservationId id = random_.chance(1, 3)
                           ? make_keyed_id(event, what.user, fmt::format("k{}", random_.below(8)))
                           : make_id(event, hall_.now(), random_.next());
    return reserve(id, event, what);
  }

  std::string reserve(const ReservationId& id, const std::string& event, const Reserve& what) {
    asked_.emplace_back(id, event, what);
    return compare(fmt::format("reserve {} of {}", what.count, what.section),
                   said(hall_.send(event, {.id = id, .what = what})),
                   model_.reserve(event, id, what));
  }

  std::optional<WallTime> some_time() {
    if (random_.chance(1, 3)) return std::nullopt;
    return hall_.now() + std::chrono::seconds(random_.between(0, 400)) + -std::chrono::seconds(200);
  }

  std::vector<SectionSeats> some_seats() {
    std::vector<SectionSeats> groups;
    for (uint64_t n = random_.between(1, 2); n > 0; --n) {
      groups.push_back({.section = kSections[random_.below(random_.chance(1, 10) ? 4 : 2)]});
      for (uint64_t i = random_.between(1, 3); i > 0; --i)
        groups.back().seats.push_back(random_seat());
    }
    return groups;
  }

  std::string change(const std::string& event) {
    decltype(EventCommand::what) what;
    switch (random_.below(8)) {
      case 0:
      case 1: {
        CreateEvent create{
            .settings = {.limit_per_user = static_cast<uint32_t>(3 * random_.below(2)),
                         .hold_s = static_cast<uint32_t>(15 * random_.below(3)),
                         .dedup_s = static_cast<uint32_t>(25 * random_.below(3))},
            .sections = {{.name = "A", .rows = 2, .seats_per_row = 6},
                         {.name = "B", .rows = 3, .seats_per_row = 5}}};
        if (random_.chance(1, 4)) create.settings.closes_at = hall_.now() + 300s;
        what = create;
        break;
      }
      case 2:
        what = AddSection{{.name = kSections[random_.below(3)],
                           .rows = static_cast<uint16_t>(random_.between(1, 3)),
                           .seats_per_row = 5}};
        break;
      case 3:
      case 4: {
        AlterEvent alter;
        if (random_.chance(1, 2)) alter.opens_at = some_time();
        if (random_.chance(1, 2)) alter.closes_at = some_time();
        if (random_.chance(1, 4)) alter.limit_per_user = static_cast<uint32_t>(random_.below(6));
        what = alter;
        break;
      }
      case 5:
        what = BlockSeats{some_seats()};
        break;
      default:
        what = ReleaseSeats{some_seats()};
    }
    EventCommand command{.command = {.high = 1, .low = ++command_}, .what = what};
    return compare(fmt::format("event command {}", what.index()), said(hall_.send(event, command)),
                   model_.change(event, what));
  }

  Random random_;
  SaleCounts& counts_;
  Hall hall_;
  NaiveModel model_;
  std::vector<std::tuple<ReservationId, std::string, Reserve>> asked_;
  uint64_t command_ = 0;
};

}  // namespace

std::string run_random_sale(uint64_t seed, uint64_t commands, SaleCounts& counts) {
  RandomSale sale(seed, counts);
  for (uint64_t i = 0; i < commands; ++i)
    if (std::string wrong = sale.step(); !wrong.empty())
      return fmt::format("seed {}, command {}: {}", seed, i, wrong);
  return "";
}

}  // namespace usher::seats

#include "client/cli/sale_check.h"

#include <map>
#include <set>
#include <utility>

#include "proto/base/limits.h"
#include "proto/seats/codec.h"

namespace usher::cli {
namespace {

using Numbers = std::map<std::string, uint64_t, std::less<>>;

class SaleCheck {
 public:
  SaleCheck(SeatsSession& seats, const SaleShape& shape, const std::vector<std::string>& events,
            const SeatTally& named)
      : seats_(seats), shape_(shape), events_(events), named_(named), held_(shape) {
    for (uint64_t i = 0; i < events.size(); ++i) event_numbers_.emplace(events[i], i);
    for (uint64_t i = 0; i < shape.sections; ++i) section_numbers_.emplace(sale_section_name(i), i);
  }

  Result<void> run(SaleReport& report) {
    for (const std::string& event : events_) TRY(read_maps(event));
    TRY(read_reservations());
    report.double_sold += held_.doubles();
    report.differing_seats =
        differing_ + held_.differing(named_) + held_.strangers() + named_.strangers();
    return {};
  }

 private:
  Result<void> read_maps(const std::string& event) {
    std::string prefix = seats::section_key(event, "");
    TRY_ASSIGN(auto entries,
               seats_.range(seats::Store::kSections, seats_.partition_of(event), prefix));
    uint64_t missing = shape_.sections;
    for (const auto& entry : entries) {
      auto section = section_numbers_.find(std::string_view(entry.key).substr(prefix.size()));
      if (section == section_numbers_.end()) continue;
      TRY_ASSIGN(auto map, seats::decode<seats::SectionMap>(entry.value));
      differing_ += named_.differing(event_numbers_.at(event), section->second, map);
      --missing;
    }
    differing_ += missing * shape_.seats_per_section();
    return {};
  }

  // An id begins with its event's slot, in bits that are no whole bytes: what shares the first of
  // them is read, and what is of other events left out.
  Result<void> read_reservations() {
    std::set<std::pair<PartitionId, std::string>> read;
    for (const std::string& event : events_) {
      std::string prefix = seats::make_id(event, {}, 0).key().substr(0, 1);
      PartitionId partition = seats_.partition_of(event);
      if (!read.insert({partition, prefix}).second) continue;
      TRY(seats_.for_each_page(
          seats::Store::kReservations, partition, prefix, limits::kBenchCheckEntries,
          [this](const SeatsSession::Entries& entries) { return take(entries); }));
    }
    return {};
  }

  Result<void> take(const SeatsSession::Entries& entries) {
    for (const auto& stored : entries) {
      TRY_ASSIGN(auto entry, seats::decode<seats::ReservationEntry>(stored.value));
      auto event = event_numbers_.find(entry.event);
      if (event == event_numbers_.end() || entry.status != seats::Status::kConfirmed) continue;
      auto section = section_numbers_.find(entry.section);
      uint64_t number = section == section_numbers_.end() ? shape_.sections : section->second;
      for (seats::Seat seat : entry.seats) held_.add(event->second, number, seat);
    }
    return {};
  }

  SeatsSession& seats_;
  SaleShape shape_;
  const std::vector<std::string>& events_;
  const SeatTally& named_;
  SeatTally held_;
  Numbers event_numbers_;
  Numbers section_numbers_;
  uint64_t differing_ = 0;
};

}  // namespace

Result<void> check_sale(SeatsSession& seats, const SaleShape& shape,
                        const std::vector<std::string>& events, const SeatTally& named,
                        SaleReport& report) {
  return SaleCheck(seats, shape, events, named).run(report);
}

}  // namespace usher::cli

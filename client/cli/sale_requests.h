// What a sale under load asks for: which seats there are, and one request after the other, the same
// for the same Random. Pure.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/random.h"

namespace usher::cli {

struct SaleShape {
  uint64_t events = 5;
  uint64_t sections = 80;  // of each event; their names are S0, S1, …
  uint64_t rows = 20;
  uint64_t seats_per_row = 20;
  uint64_t seats_per_section() const { return rows * seats_per_row; }
  uint64_t seats() const { return events * sections * seats_per_section(); }
};

struct SaleRequest {
  uint32_t event = 0;
  uint32_t section = 0;
  uint32_t seats = 0;
  friend bool operator==(const SaleRequest&, const SaleRequest&) = default;
};

std::string sale_section_name(uint64_t section);

class SaleRequests {
 public:
  static constexpr uint32_t kSeatsMax = 4;

  // `hot`: everybody wants the first section of the first event.
  SaleRequests(const SaleShape& shape, bool hot, Random random)
      : events_(hot ? 1 : shape.events), sections_(hot ? 1 : shape.sections), random_(random) {}

  // Event, section and 1 to 4 seats, each as likely as the next.
  SaleRequest next();

 private:
  uint64_t events_;
  uint64_t sections_;
  Random random_;
};

}  // namespace usher::cli

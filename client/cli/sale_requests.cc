#include "client/cli/sale_requests.h"

#include <fmt/format.h>

namespace usher::cli {

std::string sale_section_name(uint64_t section) { return fmt::format("S{}", section); }

SaleRequest SaleRequests::next() {
  auto below = [this](uint64_t bound) { return static_cast<uint32_t>(random_.below(bound)); };
  SaleRequest request;
  request.event = below(events_);
  request.section = below(sections_);
  request.seats = 1 + below(kSeatsMax);
  return request;
}

}  // namespace usher::cli

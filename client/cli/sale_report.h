// What a sale under load found out: what every bench says, and what the contract asks of `reserve`
// and `onsale` beside it.
#pragma once

#include <optional>
#include <string>

#include "client/cli/bench_report.h"

namespace usher::cli {

struct SaleReport {
  BenchReport base;
  // All, the warm-up's too, as the numbers below.
  uint64_t requests = 0;
  uint64_t accepted = 0;
  uint64_t rejected_cache = 0;
  uint64_t rejected_log = 0;
  uint64_t seats_sold = 0;
  uint64_t seats_total = 0;
  // Seats that outcomes named more than once, or that several reservations of the state hold.
  uint64_t double_sold = 0;
  // Seats in which outcomes, reservations and sections' maps do not agree.
  uint64_t differing_seats = 0;
  // From the first request to the last confirmation.
  double selling_seconds = 0;
  double log_bytes_per_request = 0;
  // None: the processes are not of this machine.
  std::optional<double> cpu_us_per_request;

  bool is_well() const { return base.errors == 0 && double_sold == 0 && differing_seats == 0; }
  // None: seats are left.
  std::optional<double> sold_out_seconds() const;
  double allocations_per_second() const;
};

std::string json_of(const SaleReport& report);
std::string text_of(const SaleReport& report);

}  // namespace usher::cli

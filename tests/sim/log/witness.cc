#include "tests/sim/log/witness.h"

#include <fmt/format.h>

#include "proto/base/hash.h"

namespace usher::sim {

void Witness::violate(std::string what) {
  if (loud_) fmt::print("{:>14} {}\n", loop_.now().since_start().count(), what);
  if (violation_.empty()) violation_ = std::move(what);
}

void Witness::trace(std::string_view what) {
  if (loud_) fmt::print("{:>14} {}\n", loop_.now().since_start().count(), what);
  std::string line = fmt::format("{} {} {}", trace_, loop_.now().since_start().count(), what);
  trace_ = xxh3(as_bytes(line));
}

}  // namespace usher::sim

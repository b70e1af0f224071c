#include "proto/service/nearest_name.h"

#include <algorithm>
#include <utility>

#include "proto/base/check.h"

namespace usher::service {

// Row by row over the prefixes of a; the two rows before are enough for exchanged neighbours.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> two_before, before(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) before[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t changed = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, changed});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], two_before[j - 2] + 1);
    }
    two_before = std::exchange(before, row);
  }
  return before[b.size()];
}

const std::string& nearest_name(std::string_view written, const std::vector<std::string>& known) {
  CHECK(!known.empty());
  return *std::ranges::min_element(
      known, {}, [&](const std::string& name) { return edit_distance(written, name); });
}

}  // namespace usher::service

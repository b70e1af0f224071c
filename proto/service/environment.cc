#include "proto/service/config_sources.h"
#include "proto/service/list_text.h"

namespace usher::service {

std::vector<Given> read_environment(const Settings& settings, const Environment& environment) {
  std::vector<Given> found;
  for (const Setting& row : settings.rows()) {
    auto variable = environment.find(row.variable());
    if (!row.is_for_environment || variable == environment.end()) continue;
    const std::string& value = variable->second;
    found.push_back({&row, row.is_list ? split_list(value) : Items{value}, row.variable(),
                     "environment " + row.variable()});
  }
  return found;
}

}  // namespace usher::service

// How metrics are written: Prometheus' text format, version 0.0.4. Appends to a text; decides
// nothing.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/metrics.h"

namespace usher::metrics {

// route="/a",code="200": escaped, whatever bytes the values hold. As many values as names.
std::string labels_text(const std::vector<std::string>& names, LabelValues values);

// HELP, TYPE and one or more lines for each series.
void append_family(std::string& to, const Family& family);

}  // namespace usher::metrics

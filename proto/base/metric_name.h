// The rules for names of metrics: "usher_" in front, words
// in lower case, base units, counters end in _total, durations in _seconds. What Prometheus' own
// linter would object to is refused here.
#pragma once

#include <string_view>

namespace usher {

enum class MetricKind { kCounter, kGauge, kDurations };

// What is wrong with the name for a metric of this kind; empty where nothing is.
std::string_view metric_name_problem(std::string_view name, MetricKind kind);
std::string_view label_name_problem(std::string_view name);

}  // namespace usher

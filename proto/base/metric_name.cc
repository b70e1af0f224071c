#include "proto/base/metric_name.h"

#include <algorithm>
#include <array>

namespace usher {
namespace {

// Units that have a base unit, and words that only repeat the type.
constexpr std::array<std::string_view, 33> kRefusedWords = {
    "ms",           "us",           "ns",          "s",          "sec",       "secs",  "second",
    "milliseconds", "microseconds", "nanoseconds", "minutes",    "minute",    "hours", "hour",
    "days",         "day",          "kb",          "mb",         "gb",        "kib",   "mib",
    "gib",          "byte",         "kilobytes",   "megabytes",  "gigabytes", "bits",  "percent",
    "counter",      "gauge",        "histogram",   "percentage", "summary"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Words of lower-case letters and digits, each beginning with a letter, joined by single '_'.
bool is_words(std::string_view name) {
  bool word_begins = true;
  for (char c : name) {
    if (word_begins && !is_lower(c)) return false;
    if (!word_begins && !is_lower(c) && !is_digit(c) && c != '_') return false;
    word_begins = c == '_';
  }
  return !word_begins;
}

bool has_refused_word(std::string_view name) {
  while (true) {
    size_t end = std::min(name.find('_'), name.size());
    if (std::ranges::find(kRefusedWords, name.substr(0, end)) != kRefusedWords.end()) return true;
    if (end == name.size()) return false;
    name.remove_prefix(end + 1);
  }
}

}  // namespace

std::string_view metric_name_problem(std::string_view name, MetricKind kind) {
  if (!name.starts_with("usher_")) return "a metric's name begins with usher_";
  if (!is_words(name)) return "a metric's name is words in lower case, joined by _";
  if (has_refused_word(name)) return "a metric's name has base units and no word for its type";
  if (name.ends_with("_total") != (kind == MetricKind::kCounter))
    return "counters, and nothing else, end in _total";
  if (name.ends_with("_count") || name.ends_with("_sum") || name.ends_with("_bucket"))
    return "_count, _sum and _bucket belong to histograms";
  if (kind == MetricKind::kDurations && !name.ends_with("_seconds"))
    return "histograms of durations end in _seconds";
  return {};
}

std::string_view label_name_problem(std::string_view name) {
  if (!is_words(name)) return "a label's name is words in lower case, joined by _";
  if (name == "le" || name == "quantile") return "le and quantile belong to Prometheus";
  // What a user, a seat or a key is called is nobody's business, and has no bound.
  for (std::string_view refused : {"user", "seat", "key", "reservation"})
    if (name == refused) return "no label holds a user, seat, key or reservation";
  return {};
}

}  // namespace usher

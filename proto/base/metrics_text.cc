#include "proto/base/metrics_text.h"

#include <cmath>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/base/quote.h"

namespace usher::metrics {
namespace {

std::string escaped(std::string_view text, bool with_quotes) {
  std::string escaped;
  for (char c : valid_utf8(text)) {
    if (c == '\n') {
      escaped += "\\n";
      continue;
    }
    if (c == '\\' || (with_quotes && c == '"')) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string_view type_text(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return "counter";
    case MetricKind::kGauge:
      return "gauge";
    case MetricKind::kDurations:
      return "histogram";
  }
  return "untyped";
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

double in_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

void append_line(std::string& to, std::string_view name, std::string_view labels,
                 std::string_view value) {
  to += name;
  if (!labels.empty()) to += fmt::format("{{{}}}", labels);
  to += fmt::format(" {}\n", value);
}

void append_durations(std::string& to, const std::string& name, const std::string& labels,
                      const Durations& durations) {
  std::string before = labels.empty() ? "" : labels + ",";
  uint64_t so_far = 0;
  for (size_t i = 0; i <= Durations::kBounds.size(); ++i) {
    so_far += durations.in_bucket(i);
    bool last = i == Durations::kBounds.size();
    std::string bound = last ? "+Inf" : number_text(in_seconds(Durations::kBounds[i]));
    append_line(to, name + "_bucket", before + "le=\"" + bound + "\"", fmt::to_string(so_far));
  }
  append_line(to, name + "_sum", labels, number_text(in_seconds(durations.sum())));
  append_line(to, name + "_count", labels, fmt::to_string(so_far));
}

struct AppendSeries {
  std::string& to;
  const std::string& name;
  const std::string& labels;

  void operator()(const std::shared_ptr<Counter>& counter) const {
    append_line(to, name, labels, fmt::to_string(counter->value()));
  }
  void operator()(const std::shared_ptr<Gauge>& gauge) const {
    append_line(to, name, labels, number_text(gauge->value()));
  }
  void operator()(const std::shared_ptr<Durations>& durations) const {
    append_durations(to, name, labels, *durations);
  }
  void operator()(const Ask& ask) const { append_line(to, name, labels, number_text(ask())); }
};

}  // namespace

std::string labels_text(const std::vector<std::string>& names, LabelValues values) {
  CHECK(names.size() == values.size(), "a series has one value for each of its family's labels");
  std::string text;
  const std::string_view* value = values.begin();
  for (const std::string& name : names)
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "" : ",", name, escaped(*value++, true));
  return text;
}

void append_family(std::string& to, const Family& family) {
  if (family.series.empty()) return;
  to += fmt::format("# HELP {} {}\n", family.name, escaped(family.help, false));
  to += fmt::format("# TYPE {} {}\n", family.name, type_text(family.kind));
  for (const auto& [labels, series] : family.series)
    std::visit(AppendSeries{to, family.name, labels}, series);
}

}  // namespace usher::metrics

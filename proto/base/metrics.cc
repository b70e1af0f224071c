#include "proto/base/metrics.h"

#include <algorithm>

#include "proto/base/check.h"
#include "proto/base/limits.h"
#include "proto/base/metrics_text.h"

namespace usher {

void Durations::record(Duration took) {
  took = std::max(took, Duration(0));
  auto bound = std::ranges::lower_bound(kBounds, took);
  buckets_[static_cast<size_t>(bound - kBounds.begin())].fetch_add(1, std::memory_order_relaxed);
  sum_ns_.fetch_add(took.count(), std::memory_order_relaxed);
}

Watch& Watch::operator=(Watch&& other) noexcept {
  if (this == &other) return *this;
  end();
  metrics_ = std::exchange(other.metrics_, nullptr);
  family_ = other.family_;
  labels_ = std::move(other.labels_);
  return *this;
}

void Watch::end() {
  if (metrics_) metrics_->remove(*family_, labels_);
  metrics_ = nullptr;
}

template <class Cell>
std::shared_ptr<Cell> MetricFamily<Cell>::with(LabelValues values) {
  return metrics_->series<Cell>(*family_, values);
}

template <class Cell>
void MetricFamily<Cell>::remove(LabelValues values) {
  metrics_->remove(*family_, metrics::labels_text(family_->label_names, values));
}

template <class Cell>
Watch MetricFamily<Cell>::watch(LabelValues values, metrics::Ask ask)
  requires(Cell::kKind != MetricKind::kDurations)
{
  return metrics_->watch(*family_, values, std::move(ask));
}

template class MetricFamily<Counter>;
template class MetricFamily<Gauge>;
template class MetricFamily<Durations>;

Metrics::Metrics()
    : not_shown_(counter("usher_metrics_series_refused_total",
                         "Series that are not shown because their family has too many.")
                     .with()) {}

MetricFamily<Counter> Metrics::counter(std::string name, std::string help, LabelNames labels) {
  return {*this, family(MetricKind::kCounter, std::move(name), std::move(help), std::move(labels))};
}

MetricFamily<Gauge> Metrics::gauge(std::string name, std::string help, LabelNames labels) {
  return {*this, family(MetricKind::kGauge, std::move(name), std::move(help), std::move(labels))};
}

MetricFamily<Durations> Metrics::durations(std::string name, std::string help, LabelNames labels) {
  return {*this,
          family(MetricKind::kDurations, std::move(name), std::move(help), std::move(labels))};
}

metrics::Family& Metrics::family(MetricKind kind, std::string name, std::string help,
                                 LabelNames labels) {
  std::string_view problem = metric_name_problem(name, kind);
  CHECK(problem.empty(), name + ": " + std::string(problem));
  for (const std::string& label : labels) {
    problem = label_name_problem(label);
    CHECK(problem.empty(), name + ", label " + label + ": " + std::string(problem));
  }
  CHECK(!help.empty(), name + " has no help");
  std::lock_guard lock(mutex_);
  auto [at, is_new] = families_.try_emplace(name);
  metrics::Family& family = at->second;
  if (is_new)
    family = {std::move(name), std::move(help), kind, std::move(labels), {}};
  else
    CHECK(family.kind == kind && family.help == help && family.label_names == labels,
          name + " is already registered as something else");
  return family;
}

bool Metrics::is_full(const metrics::Family& family) {
  if (family.series.size() < limits::kSeriesPerMetric) return false;
  not_shown_->add();
  return true;
}

template <class Cell>
std::shared_ptr<Cell> Metrics::series(metrics::Family& family, LabelValues values) {
  std::string labels = metrics::labels_text(family.label_names, values);
  std::lock_guard lock(mutex_);
  if (auto at = family.series.find(labels); at != family.series.end()) {
    auto* cell = std::get_if<std::shared_ptr<Cell>>(&at->second);
    CHECK(cell, family.name + " has a Watch for this series");
    return *cell;
  }
  auto cell = std::make_shared<Cell>();
  if (!is_full(family)) family.series.emplace(std::move(labels), cell);
  return cell;
}

void Metrics::remove(metrics::Family& family, std::string_view labels) {
  std::lock_guard lock(mutex_);
  if (auto at = family.series.find(labels); at != family.series.end()) family.series.erase(at);
}

Watch Metrics::watch(metrics::Family& family, LabelValues values, metrics::Ask ask) {
  Watch watch;
  watch.labels_ = metrics::labels_text(family.label_names, values);
  std::lock_guard lock(mutex_);
  if (is_full(family)) return watch;
  bool is_new = family.series.emplace(watch.labels_, std::move(ask)).second;
  CHECK(is_new, family.name + " has this series already");
  watch.metrics_ = this;
  watch.family_ = &family;
  return watch;
}

std::string Metrics::text() const {
  std::string text;
  std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) metrics::append_family(text, family);
  return text;
}

}  // namespace usher

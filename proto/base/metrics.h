// What a program counts and measures, as Prometheus reads it. main() owns one Metrics, passes it
// down and destroys it last. Whoever measures registers a family once and keeps handles to its
// series: cells that any thread may change. A series with a Watch asks a callback instead.
//
//     Metrics ─┬─ family "usher_requests_total" ─┬─ {route="/a"}  Counter ←── its user's shared_ptr
//              │                                 └─ {route="/b"}  Counter ←── its user's shared_ptr
//              └─ family "usher_open_files" ─────── {}          callback ←── its user's Watch
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "proto/base/metric_name.h"
#include "proto/base/time.h"

namespace usher {

// A number that only rises.
class Counter {
 public:
  static constexpr MetricKind kKind = MetricKind::kCounter;
  void add(uint64_t amount = 1) { value_.fetch_add(amount, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A number that goes up and down.
class Gauge {
 public:
  static constexpr MetricKind kKind = MetricKind::kGauge;
  void set(double value) { value_.store(value, std::memory_order_relaxed); }
  void add(double amount) { value_.fetch_add(amount, std::memory_order_relaxed); }
  double value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<double> value_{0};
};

// How long something took, counted between the same bounds everywhere, so that they can be added
// up.
class Durations {
 public:
  static constexpr MetricKind kKind = MetricKind::kDurations;
  static constexpr std::array<Duration, 19> kBounds = {
      10us, 25us, 50us,  100us, 250us, 500us, 1ms,    2500us, 5ms, 10ms,
      25ms, 50ms, 100ms, 250ms, 500ms, 1s,    2500ms, 5s,     10s};

  void record(Duration took);
  // How many took at most kBounds[i] and longer than the bound before; the last, longer than all.
  uint64_t in_bucket(size_t i) const { return buckets_[i].load(std::memory_order_relaxed); }
  Duration sum() const { return Duration(sum_ns_.load(std::memory_order_relaxed)); }

 private:
  std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets_{};
  std::atomic<int64_t> sum_ns_{0};
};

class Metrics;

namespace metrics {

using Ask = std::function<double()>;
using Series =
    std::variant<std::shared_ptr<Counter>, std::shared_ptr<Gauge>, std::shared_ptr<Durations>, Ask>;

struct Family {
  std::string name;
  std::string help;
  MetricKind kind;
  std::vector<std::string> label_names;
  // By their labels as they are written: route="/a",code="200".
  std::map<std::string, Series, std::less<>> series;
};

}  // namespace metrics

// The values of a family's labels, in the order of their names.
using LabelValues = std::initializer_list<std::string_view>;

// While it lives, its callback gives a series its value; once it is gone the callback never runs,
// and the series is no more. The callback runs inside text(), on that thread, and must not touch
// Metrics.
class Watch {
 public:
  Watch() = default;
  Watch(Watch&& other) noexcept { *this = std::move(other); }
  Watch& operator=(Watch&& other) noexcept;
  ~Watch() { end(); }

 private:
  friend class Metrics;
  void end();
  Metrics* metrics_ = nullptr;
  metrics::Family* family_ = nullptr;
  std::string labels_;
};

// A name with its help, type and label names. Small: pass and keep it by value.
template <class Cell>
class MetricFamily {
 public:
  // The series of these values, made at first asking. Beyond the limit of series it is a cell that
  // works and is not shown.
  std::shared_ptr<Cell> with(LabelValues values = {});
  // The series is not shown any more; who still holds its cell may go on changing it.
  void remove(LabelValues values);
  // No series of these values may exist.
  [[nodiscard]] Watch watch(LabelValues values, metrics::Ask ask)
    requires(Cell::kKind != MetricKind::kDurations);

 private:
  friend class Metrics;
  MetricFamily(Metrics& owner, metrics::Family& family) : metrics_(&owner), family_(&family) {}
  Metrics* metrics_;
  metrics::Family* family_;
};

class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  using LabelNames = std::vector<std::string>;
  // Asked twice for one name, with the same of everything else, they give the same family.
  MetricFamily<Counter> counter(std::string name, std::string help, LabelNames labels = {});
  MetricFamily<Gauge> gauge(std::string name, std::string help, LabelNames labels = {});
  MetricFamily<Durations> durations(std::string name, std::string help, LabelNames labels = {});

  // Prometheus' text format, version 0.0.4. Families without series are left out.
  std::string text() const;

 private:
  template <class Cell>
  friend class MetricFamily;
  friend class Watch;
  metrics::Family& family(MetricKind kind, std::string name, std::string help, LabelNames labels);
  bool is_full(const metrics::Family& family);
  template <class Cell>
  std::shared_ptr<Cell> series(metrics::Family& family, LabelValues values);
  void remove(metrics::Family& family, std::string_view labels);
  Watch watch(metrics::Family& family, LabelValues values, metrics::Ask ask);

  mutable std::mutex mutex_;
  std::map<std::string, metrics::Family> families_;
  std::shared_ptr<Counter> not_shown_;
};

}  // namespace usher

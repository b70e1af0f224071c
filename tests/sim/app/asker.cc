#include "tests/sim/app/asker.h"

#include <fmt/format.h>

namespace usher::sim {

void Asker::later() {
  cluster_.world().after(random_.between(5ms, 50ms), [this] {
    ask();
    later();
  });
}

void Asker::ask() {
  const auto& acknowledged = cluster_.history().acknowledged;
  if (acknowledged.empty()) return;
  // Mostly the newest, which a task may not have seen yet.
  size_t back = random_.below(std::min<size_t>(acknowledged.size(), 5));
  const auto& [value, receipt] = acknowledged[acknowledged.size() - 1 - back];
  Daemon& daemon = *daemons_[random_.below(daemons_.size())];
  if (!daemon.task() || value.ends_with("13")) return;
  processors::Query query{.store = TopicId(24), .key = value};
  bool waits = random_.chance(1, 2);
  if (waits) {
    query.wait_max = 3s;
    query.is_enough = [](const std::optional<std::string>& found) { return found.has_value(); };
  }
  MonotonicTime asked = cluster_.loop().now();
  daemon.task()->query(std::move(query), [this, value, at = receipt.base,
                                          asked](Result<processors::QueryAnswer> answer) {
    if (cluster_.loop().now() - asked > 6s)
      cluster_.witness().violate(fmt::format("waiters: {} was answered late", value));
    if (!answer) return;
    ++answered_;
    if (cluster_.loop().now() > asked) ++waited_;
    if (!answer->value)
      cluster_.witness().violate(
          fmt::format("queries: {} is at offset {}, and was said not to be there, for {}", value,
                      at.value(), answer->holds_for.value()));
  });
}

}  // namespace usher::sim

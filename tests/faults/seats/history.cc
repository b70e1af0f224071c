#include "tests/faults/seats/history.h"

namespace usher::faults {

History::~History() {
  for (auto& [number, asked] : open_) file_ << asked.null("answered").done() << '\n';
}

uint64_t History::now_us() const {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(clock_.monotonic().since_start())
          .count());
}

uint64_t History::begin(cli::JsonObject asked) {
  asked.number("sent", now_us());
  open_.emplace(next_, std::move(asked));
  return next_++;
}

void History::end(uint64_t number, const Answer& answer) {
  auto at = open_.find(number);
  if (at == open_.end()) return;
  cli::JsonObject line = std::move(at->second);
  open_.erase(at);
  line.number("answered", now_us()).number("status", answer.status).text("code", answer.code);
  if (!answer.body.empty()) line.raw("body", answer.body);
  file_ << line.done() << '\n';
}

}  // namespace usher::faults

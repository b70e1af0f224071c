// Callbacks that must not find their owner gone, or in another life: a callback wrapped by a
// Lifeline runs only while that Lifeline has neither been destroyed nor cut.
#pragma once

#include <memory>
#include <utility>

namespace usher::processors {

class Lifeline {
 public:
  Lifeline() = default;
  ~Lifeline() { *alive_ = false; }
  Lifeline(const Lifeline&) = delete;
  Lifeline& operator=(const Lifeline&) = delete;

  // What was wrapped before is void.
  void cut() {
    *alive_ = false;
    alive_ = std::make_shared<bool>(true);
  }

  template <class F>
  auto wrap(F callback) const {
    return [alive = alive_, callback = std::move(callback)](auto&&... args) mutable {
      if (*alive) callback(std::forward<decltype(args)>(args)...);
    };
  }

 private:
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::processors

#include "tests/sim/app/producers.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::sim {
namespace {

constexpr Duration kProducerPatience = 700ms;

}  // namespace

Producers::Producers(AppWorld& world, const std::string& name) {
  for (int i = 0; i < 3; ++i) {
    std::string one = fmt::format("{}{}", name, i);
    producers_.push_back(std::make_unique<Producer>(world.cluster(), one, true, kProducerPatience,
                                                    world.stream(one)));
  }
}

void Producers::start() {
  for (auto& producer : producers_) producer->start();
}

void Producers::pause() {
  for (auto& producer : producers_) producer->stop();
}

void Producers::resume() {
  for (auto& producer : producers_)
    if (producer->idle()) producer->resume();
}

size_t Producers::waiting() const {
  return static_cast<size_t>(
      std::ranges::count_if(producers_, [](const auto& producer) { return !producer->idle(); }));
}

}  // namespace usher::sim

#include "tests/sim/app/counting_app.h"

#include "proto/base/check.h"

namespace usher::sim {
namespace {

using processors::Context;
using processors::Message;
using processors::Timer;

constexpr int64_t kWindowUs = 250'000;

class Counting final : public processors::Processor {
 public:
  void init(Context& context) override {
    counts_.emplace(context.store("counts"));
    values_.emplace(context.store("values"));
  }

  // A value is "producer-number".
  Result<void> process(const Message& message, Context& context) override {
    std::string value(message.value.value_or(""));
    std::string producer = value.substr(0, value.find('-'));
    std::string count = std::to_string(std::stoull(counts_->get(producer).value_or("0")) + 1);
    counts_->put(producer, count);
    values_->put(value, count);
    if (value.ends_with("13")) return fail(ErrorCode::INVALID_ARGUMENT, "an unlucky number");
    int64_t window = context.time().us_since_1970() / kWindowUs + 1;
    context.schedule({.deadline = WallTime(window * kWindowUs), .key = producer});
    context.forward_to("outputs", {.key = value, .value = count});
    return {};
  }

  Result<void> on_timer(const Timer& timer, Context& context) override {
    std::string count = counts_->get(timer.name.key).value_or("0");
    context.forward_to("windows", {.key = timer.name.key, .value = count});
    return {};
  }

 private:
  std::optional<state::Store> counts_;
  std::optional<state::Store> values_;
};

}  // namespace

std::shared_ptr<const processors::Topology> counting_app() {
  processors::SpaceInfo space{.name = "sim",
                              .topics = {{"inputs", kCountingInputs, ""},
                                         {"outputs", kCountingOutputs, "counting"},
                                         {"windows", kCountingWindows, "counting"},
                                         {"counts", kCountingCounts, "counting"},
                                         {"values", TopicId(24), "counting"},
                                         {"timers", TopicId(25), "counting"},
                                         {"dead", kCountingDead, "counting"}}};
  auto built = processors::TopologyBuilder("counting", 1, space)
                   .source("inputs", "inputs")
                   .processor("count", processors::make<Counting>(),
                              {.after = {"inputs"}, .stores = {"counts", "values"}})
                   .store("counts", "counts")
                   .store("values", "values")
                   .timers("timers")
                   .sink("outputs", "outputs", {"count"})
                   .sink("windows", "windows", {"count"})
                   .dead_letters("dead")
                   .build();
  CHECK(built.has_value());
  return *built;
}

}  // namespace usher::sim

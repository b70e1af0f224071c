#include "tools/bench/exchange_app.h"

#include <fmt/format.h>

#include "proto/base/check.h"

namespace usher::bench {
namespace {

using namespace processors;

constexpr size_t kValueBytes = 100;

class Exchange final : public Processor {
 public:
  void init(Context& context) override { kept_.emplace(context.store("kept")); }
  Result<void> process(const Message& message, Context& context) override {
    std::string before = kept_->get(*message.key).value_or("");
    kept_->put(*message.key, *message.value);
    context.forward({.key = message.key, .value = before});
    return {};
  }

 private:
  std::optional<state::Store> kept_;
};

}  // namespace

SpaceInfo exchange_space() {
  return {.name = "bench",
          .topics = {{"in", kIn, ""},
                     {"out", kOut, "bench"},
                     {"kept", kKept, "bench"},
                     {"dead", kDead, "bench"}}};
}

std::shared_ptr<const Topology> exchange_app() {
  auto built = TopologyBuilder("bench", 1, exchange_space())
                   .source("in", "in")
                   .processor("p", make<Exchange>(), {.after = {"in"}, .stores = {"kept"}})
                   .store("kept", "kept")
                   .sink("out", "out", {"p"})
                   .dead_letters("dead")
                   .build();
  CHECK(built.has_value());
  return *built;
}

wire::Batch exchange_inputs(Random& random, wire::BatchBuilder& builder, size_t records) {
  std::string value(kValueBytes, 'v');
  for (size_t i = 0; i < records; ++i) {
    std::string key = fmt::format("key-{:012}", random.below(kExchangeKeys));
    value.replace(0, 8, fmt::format("{:08}", i));
    CHECK(builder.add(kIn, {.key = as_bytes(key), .value = as_bytes(value), .headers = {}})
              .has_value());
  }
  return builder.finish(wire::NoGuard{});
}

}  // namespace usher::bench

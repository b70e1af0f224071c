#include "processors/examples/windowed_count.h"

namespace usher::processors::examples {
namespace {

constexpr int64_t kMinuteUs = 60'000'000;

class CountPerMinute final : public Processor {
 public:
  void init(Context& context) override { counts_.emplace(context.store("counts")); }

  Result<void> process(const Message& click, Context& context) override {
    if (!click.key) return fail(ErrorCode::INVALID_ARGUMENT, "a click without a key");
    int64_t minute = context.time().us_since_1970() / kMinuteUs;
    WallTime end((minute + 1) * kMinuteUs);
    std::string key = std::to_string(minute) + "/" + std::string(*click.key);
    uint64_t count = std::stoull(counts_->get(key).value_or("0")) + 1;
    counts_->put(key, std::to_string(count));
    // The same timer again is the same timer.
    context.schedule({.deadline = end, .key = key});
    return {};
  }

  Result<void> on_timer(const Timer& timer, Context& context) override {
    const std::string& key = timer.name.key;
    std::string count = counts_->get(key).value_or("0");
    counts_->erase(key);
    context.forward({.key = std::string_view(key).substr(key.find('/') + 1), .value = count});
    return {};
  }

 private:
  std::optional<state::Store> counts_;
};

}  // namespace

SpaceInfo windowed_count_space() {
  return {.name = "site",
          .topics = {{"clicks", TopicId(20), ""},
                     {"clicks-per-minute", TopicId(21), "clicks"},
                     {"clicks-counts", TopicId(22), "clicks"},
                     {"clicks-timers", TopicId(23), "clicks"},
                     {"clicks-dead", TopicId(24), "clicks"}}};
}

Result<std::shared_ptr<const Topology>> windowed_count(const SpaceInfo& space) {
  return TopologyBuilder("clicks", 1, space)
      .source("clicks", "clicks")
      .processor("per minute", make<CountPerMinute>(), {.after = {"clicks"}, .stores = {"counts"}})
      .store("counts", "clicks-counts")
      .timers("clicks-timers")
      .sink("result", "clicks-per-minute", {"per minute"})
      .dead_letters("clicks-dead")
      .build();
}

}  // namespace usher::processors::examples

#include "processors/examples/windowed_count.h"

#include "processors/typed.h"
#include "proto/schema/clicks.capnp.h"

namespace usher::processors::examples {
namespace {

using schema::clicks::Click;
using schema::clicks::PageMinute;

constexpr int64_t kMinuteUs = 60'000'000;

class CountPerMinute final : public TypedProcessor<Click> {
 public:
  void init(Context& context) override { minutes_.emplace(context.store("minutes")); }

  Result<void> process(std::string_view page, Click::Reader click, Context& context) override {
    int64_t began = context.time().us_since_1970() / kMinuteUs * kMinuteUs;
    std::string key = std::to_string(began) + "/" + std::string(page);
    TRY_ASSIGN(auto minute, minutes_->get_or_empty(key));
    minute->setBeganAt(began);
    minute->setClicks(minute->getClicks() + 1);
    minute->setLastVisitor(click.getVisitor());
    minutes_->put(key, minute);
    // The same timer again is the same timer.
    context.schedule({.deadline = WallTime(began + kMinuteUs), .key = key});
    return {};
  }

  Result<void> on_timer(const Timer& timer, Context& context) override {
    const std::string& key = timer.name.key;
    TRY_ASSIGN(auto minute, minutes_->get_or_empty(key));
    minutes_->erase(key);
    std::string_view page = std::string_view(key).substr(key.find('/') + 1);
    context.forward({.key = page, .value = minute.bytes()});
    return {};
  }

 private:
  std::optional<TypedStore<PageMinute>> minutes_;
};

}  // namespace

SpaceInfo windowed_count_space() {
  return {.name = "site",
          .topics = {{"clicks", TopicId(20), ""},
                     {"clicks-per-minute", TopicId(21), "clicks"},
                     {"clicks-minutes", TopicId(22), "clicks"},
                     {"clicks-timers", TopicId(23), "clicks"},
                     {"clicks-dead", TopicId(24), "clicks"}}};
}

Result<std::shared_ptr<const Topology>> windowed_count(const SpaceInfo& space) {
  return TopologyBuilder("clicks", 1, space)
      .source("clicks", "clicks")
      .processor("per minute", make<CountPerMinute>(), {.after = {"clicks"}, .stores = {"minutes"}})
      .store("minutes", "clicks-minutes")
      .timers("clicks-timers")
      .sink("result", "clicks-per-minute", {"per minute"})
      .dead_letters("clicks-dead")
      .build();
}

}  // namespace usher::processors::examples

#include "processors/examples/word_count.h"

namespace usher::processors::examples {
namespace {

// A line, into its words. The words go to a topic of their own, for whoever wants to see them, and
// on to the counter within the same step.
class Split final : public Processor {
 public:
  Result<void> process(const Message& line, Context& context) override {
    std::string_view rest = line.value.value_or("");
    while (!rest.empty()) {
      size_t end = std::min(rest.find(' '), rest.size());
      if (end > 0) context.forward({.key = line.key, .value = rest.substr(0, end)});
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
  }
};

class Count final : public Processor {
 public:
  void init(Context& context) override { counts_.emplace(context.store("counts")); }

  Result<void> process(const Message& word, Context& context) override {
    std::string_view key = *word.value;
    uint64_t count = std::stoull(counts_->get(key).value_or("0")) + 1;
    counts_->put(key, std::to_string(count));
    context.forward({.key = key, .value = std::to_string(count)});
    return {};
  }

 private:
  std::optional<state::Store> counts_;
};

}  // namespace

SpaceInfo word_count_space() {
  return {.name = "texts",
          .topics = {{"lines", TopicId(20), ""},
                     {"words", TopicId(21), "word-count"},
                     {"word-counts", TopicId(22), "word-count"},
                     {"word-counts-changelog", TopicId(23), "word-count"},
                     {"word-count-dead", TopicId(24), "word-count"}}};
}

Result<std::shared_ptr<const Topology>> word_count(const SpaceInfo& space) {
  return TopologyBuilder("word-count", 1, space)
      .source("lines", "lines")
      .processor("split", make<Split>(), {.after = {"lines"}})
      .sink("words", "words", {"split"})
      .source("each word", "words")
      .processor("count", make<Count>(), {.after = {"each word"}, .stores = {"counts"}})
      .store("counts", "word-counts-changelog")
      .sink("totals", "word-counts", {"count"})
      .dead_letters("word-count-dead")
      .build();
}

}  // namespace usher::processors::examples

#include "processors/topology.h"

#include "tests/doctest.h"

namespace usher::processors {
namespace {

class Pass final : public Processor {
 public:
  Result<void> process(const Message& message, Context& context) override {
    context.forward(message);
    return {};
  }
};

SpaceInfo space() {
  return {.name = "s",
          .topics = {{"in", TopicId(20), ""},
                     {"out", TopicId(21), "app"},
                     {"middle", TopicId(22), "app"},
                     {"log", TopicId(23), "app"},
                     {"dead", TopicId(24), "app"},
                     {"theirs", TopicId(25), "another"},
                     {"_steps", TopicId(3), "app"}}};
}

TopologyBuilder builder() {
  TopologyBuilder builder("app", 7, space());
  builder.source("in", "in").dead_letters("dead");
  return builder;
}

// What build() says, or "built".
std::string refusal(TopologyBuilder& builder) {
  auto built = builder.build();
  if (built) return "built";
  EXPECT(built.error().code == ErrorCode::TOPOLOGY_INVALID);
  return built.error().detail;
}

TEST_CASE("what cannot work is refused when it is built, by name") {
  struct Row {
    TopologyBuilder builder;
    std::string says;
  };
  std::vector<Row> rows = {
      {builder().source("other", "nowhere"), "source 'other': space 's' has no topic 'nowhere'"},
      {builder().sink("end", "nowhere", {"in"}), "sink 'end': space 's' has no topic 'nowhere'"},
      {builder().sink("end", "in", {"in"}), "sink 'end': topic 'in' is not one that steps write"},
      {builder().store("kept", "theirs"),
       "store 'kept': topic 'theirs' is written by app 'another'; two tasks cannot share it"},
      {builder().store("kept", "_steps"), "store 'kept': topic '_steps' belongs to the log"},
      {builder().store("one", "log").store("two", "log"),
       "store 'two' has the changelog of store 'one', 'log'"},
      {builder().store("one", "log").sink("end", "log", {"in"}),
       "'end' uses topic 'log', the changelog of store 'one'"},
      {builder().processor("p", make<Pass>(), {.after = {"in"}, .stores = {"kept"}}),
       "processor 'p' wants store 'kept', which is not there"},
      {builder().processor("p", make<Pass>(), {.after = {"q"}}),
       "'p' stands behind 'q', which is not there"},
      {builder().processor("p", make<Pass>(), {}), "'p' stands behind nothing"},
      {builder().source("in", "in"), "two nodes are called 'in'"},
      {builder().source("again", "in"), "two sources read topic 'in'; let both stand behind one"},
      {builder().source("own", "out"), "source 'own': nothing in app 'app' writes topic 'out'"},
      {builder()
           .processor("p", make<Pass>(), {.after = {"in", "q"}})
           .processor("q", make<Pass>(), {.after = {"p"}}),
       "a cycle: 'p' → 'q' → 'p'"},
      {builder()
           .source("back", "middle")
           .processor("p", make<Pass>(), {.after = {"in", "back"}})
           .sink("on", "middle", {"p"}),
       "a cycle: 'p' → 'on' → 'back' → 'p'"},
      {builder()
           .processor("p", make<Pass>(), {.after = {"in"}, .changes_key = true})
           .processor("q", make<Pass>(), {.after = {"p"}})
           .sink("end", "out", {"q"}),
       "processor 'p' changes the key, and 'end' writes it to this space; use a link"},
  };
  for (Row& row : rows) {
    CAPTURE(row.says);
    EXPECT(refusal(row.builder) == row.says);
  }
  EXPECT(refusal(TopologyBuilder("app", 1, space()).source("in", "in")) ==
         "app 'app' has no topic for dead letters");
}

TEST_CASE("a record with another key may leave through a link") {
  auto built = builder()
                   .processor("p", make<Pass>(), {.after = {"in"}, .changes_key = true})
                   .link("on", "out", {.space = "t", .topic = "by-user"}, {"p"})
                   .build();
  EXPECT(built.has_value());
}

TEST_CASE("a topology describes itself, in words and as a picture") {
  auto built = builder()
                   .processor("p", make<Pass>(), {.after = {"in"}, .stores = {"kept"}})
                   .store("kept", "log")
                   .sink("on", "middle", {"p"})
                   .source("joined", "middle")
                   .sink("end", "out", {"joined"})
                   .build();
  REQUIRE(built.has_value());
  EXPECT((*built)->describe() ==
         "app app version 7 over s\n"
         "  source in topic in → p\n"
         "  processor p stores kept → on\n"
         "  sink on topic middle → joined\n"
         "  source joined topic middle → end\n"
         "  sink end topic out\n"
         "  store kept changelog log\n");
  std::string picture = (*built)->graphviz();
  EXPECT(picture.starts_with("digraph \"app\" {"));
  EXPECT(picture.find("\"on\" -> \"joined\";") != std::string::npos);
  EXPECT(picture.find("\"p\" -> \"store kept\"") != std::string::npos);
}

}  // namespace
}  // namespace usher::processors

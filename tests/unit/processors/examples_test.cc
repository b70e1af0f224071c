#include "processors/examples/windowed_count.h"
#include "processors/examples/word_count.h"
#include "processors/test_driver.h"

#include "tests/doctest.h"

namespace usher::processors {
namespace {

TestDriver counting() { return {*examples::word_count(), examples::word_count_space()}; }

std::string sent_in_words(const std::vector<TestDriver::Sent>& sent) {
  std::string text;
  for (const auto& one : sent) text += one.key.value_or("-") + "=" + one.value.value_or("-") + " ";
  return text;
}

TEST_CASE("words are counted, and the words between are written too") {
  TestDriver app = counting();
  app.send("lines", "book", "to be or not to be");
  EXPECT(app.get("counts", "be") == "2");
  EXPECT(sent_in_words(app.take("word-counts")) == "to=1 be=1 or=1 not=1 to=2 be=2 ");
  EXPECT(sent_in_words(app.take("words")) == "book=to book=be book=or book=not book=to book=be ");
  app.send("lines", "book", "be");
  EXPECT(sent_in_words(app.take("word-counts")) == "be=3 ");
}

TEST_CASE("an owner that takes over counts on, with its disk or without") {
  TestDriver app = counting();
  app.send("lines", "book", "to be or not to be");
  for (auto disk : {TestDriver::Disk::kKept, TestDriver::Disk::kEmpty}) {
    auto before = app.entries("counts");
    Digest digest = app.task().stamp().digest;
    app.fail_over(disk);
    EXPECT(app.task().phase() == Phase::kRunning);
    EXPECT(app.entries("counts") == before);
    EXPECT(app.task().stamp().digest == digest);
  }
  app.send("lines", "book", "be");
  EXPECT(app.get("counts", "be") == "3");
  EXPECT(app.take("word-count-dead").empty());
}

TEST_CASE("a minute is counted when it is over, also where nothing more comes") {
  TestDriver app{*examples::windowed_count(), examples::windowed_count_space()};
  for (const char* key : {"a", "b", "a"}) app.send("clicks", key, "");
  EXPECT(app.take("clicks-per-minute").empty());
  app.advance(61s);
  EXPECT(sent_in_words(app.take("clicks-per-minute")) == "a=2 b=1 ");
  EXPECT(app.entries("counts").empty());
  app.send("clicks", "a", "");
  app.advance(30s);
  app.fail_over(TestDriver::Disk::kEmpty);
  app.advance(31s);
  EXPECT(sent_in_words(app.take("clicks-per-minute")) == "a=1 ");
}

TEST_CASE("a record that cannot be processed is a dead letter, and the next one is not") {
  TestDriver app{*examples::windowed_count(), examples::windowed_count_space()};
  std::string name = "trace";
  std::vector<wire::Header> headers = {{name, as_bytes("7")}};
  app.send("clicks", Message{.value = "no key", .headers = headers});
  app.send("clicks", "a", "");
  auto dead = app.take("clicks-dead");
  REQUIRE(dead.size() == 1);
  EXPECT(dead[0].value == "no key");
  EXPECT(dead[0].headers["usher-reason"] == "INVALID_ARGUMENT");
  EXPECT(dead[0].headers["usher-detail"] == "a click without a key");
  EXPECT(dead[0].headers["usher-topic"] == "20");
  EXPECT(dead[0].headers["trace"] == "7");
  app.advance(61s);
  EXPECT(sent_in_words(app.take("clicks-per-minute")) == "a=1 ");
}

}  // namespace
}  // namespace usher::processors

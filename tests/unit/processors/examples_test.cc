#include <algorithm>

#include <fmt/format.h>

#include "processors/examples/windowed_count.h"
#include "processors/examples/word_count.h"
#include "processors/test_driver.h"
#include "proto/records/value.h"
#include "proto/schema/clicks.capnp.h"

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

TestDriver clicking() { return {*examples::windowed_count(), examples::windowed_count_space()}; }

std::string click_of(const char* visitor) {
  records::Value<schema::clicks::Click> click;
  click->setVisitor(visitor);
  return click.bytes();
}

std::string minutes_in_words(const std::vector<TestDriver::Sent>& sent) {
  std::string text;
  for (const auto& one : sent) {
    auto minute = records::Value<schema::clicks::PageMinute>::read(*one.value);
    REQUIRE(minute.has_value());
    auto& fields = **minute;
    text +=
        fmt::format("{}={} last {} ", *one.key, fields.getClicks(), fields.getLastVisitor().cStr());
  }
  return text;
}

TEST_CASE("a minute is counted when it is over, also where nothing more comes") {
  TestDriver app = clicking();
  app.send("clicks", "a", click_of("ann"));
  app.send("clicks", "b", click_of("bob"));
  app.send("clicks", "a", click_of("cid"));
  EXPECT(app.take("clicks-per-minute").empty());
  app.advance(61s);
  EXPECT(minutes_in_words(app.take("clicks-per-minute")) == "a=2 last cid b=1 last bob ");
  EXPECT(app.entries("minutes").empty());
  app.send("clicks", "a", click_of("dan"));
  app.advance(30s);
  app.fail_over(TestDriver::Disk::kEmpty);
  app.advance(31s);
  EXPECT(minutes_in_words(app.take("clicks-per-minute")) == "a=1 last dan ");
}

TEST_CASE("a record that cannot be processed is a dead letter, and the next one is not") {
  TestDriver app = clicking();
  std::string name = "trace";
  std::vector<wire::Header> headers = {{name, as_bytes("7")}};
  app.send("clicks", Message{.value = "no key", .headers = headers});
  app.send("clicks", "a", click_of("ann"));
  auto dead = app.take("clicks-dead");
  REQUIRE(dead.size() == 1);
  EXPECT(dead[0].value == "no key");
  EXPECT(dead[0].headers["usher-reason"] == "RECORD_MALFORMED");
  EXPECT(dead[0].headers["usher-detail"] == "a record without key or value");
  EXPECT(dead[0].headers["usher-topic"] == "20");
  EXPECT(dead[0].headers["trace"] == "7");
  app.advance(61s);
  EXPECT(minutes_in_words(app.take("clicks-per-minute")) == "a=1 last ann ");
}

TEST_CASE("a record that is not of the schema's type is a dead letter with the reason") {
  TestDriver app = clicking();
  std::string click = click_of("ann");
  app.send("clicks", "a", "");
  app.send("clicks", "a", "no click");
  app.send("clicks", "a", click.substr(0, click.size() - 2));
  // Whole, but its text (of four bytes) says that it has thirty.
  std::string astray = click;
  std::ranges::replace(astray, '\x22', '\xf2');
  app.send("clicks", "a", astray);
  app.send("clicks", "a", click);
  auto dead = app.take("clicks-dead");
  EXPECT(dead.size() == 4);
  for (auto& one : dead) EXPECT(one.headers["usher-reason"] == "RECORD_MALFORMED");
  app.advance(61s);
  EXPECT(minutes_in_words(app.take("clicks-per-minute")) == "a=1 last ann ");
}

}  // namespace
}  // namespace usher::processors

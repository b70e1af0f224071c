#include "proto/base/log.h"

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>

#include <unistd.h>

#include "proto/base/ids.h"
#include "proto/base/limits.h"

#include "tests/doctest.h"

namespace usher {
namespace {

class StoppedClock final : public Clock {
 public:
  MonotonicTime monotonic() const override { return {}; }
  WallTime wall() const override { return *parse_wall_time("2026-11-20T18:00:00.25Z"); }
};

struct Said {
  explicit Said(LogFormat format, LogLevel level = LogLevel::kTrace)
      : log(sink, {.format = format, .level = level}, clock) {}
  StoppedClock clock;
  std::shared_ptr<MemoryLogSink> sink = std::make_shared<MemoryLogSink>();
  Log log;
};

// A directory of one test's own, gone with it.
class Directory {
 public:
  Directory() : path_(std::filesystem::temp_directory_path() / "usher-log-XXXXXX") {
    REQUIRE(mkdtemp(path_.data()) != nullptr);
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

std::vector<std::string> lines_of(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

TEST_CASE("a line of text has its time, level, component, message and fields") {
  Said said(LogFormat::kText);
  said.log.child("partition").info("became leader", {{"partition", 3}, {"why", "no such file"}});
  said.log.warn("alone");
  REQUIRE(said.sink->lines().size() == 2);
  EXPECT(said.sink->lines()[0] ==
         "2026-11-20T18:00:00.250000Z info   partition  became leader  partition=3 "
         "why=\"no such file\"");
  EXPECT(said.sink->lines()[1] == "2026-11-20T18:00:00.250000Z warn   alone");
}

TEST_CASE("a line of JSON is one object with the same in it") {
  Said said(LogFormat::kJson);
  said.log.child("partition").error("became \"leader\"", {{"partition", 3}, {"why", "a\nb"}});
  said.log.debug("alone");
  REQUIRE(said.sink->lines().size() == 2);
  EXPECT(said.sink->lines()[0] ==
         R"({"time":"2026-11-20T18:00:00.250000Z","level":"error","component":"partition",)"
         R"("message":"became \"leader\"","partition":3,"why":"a\nb"})");
  EXPECT(said.sink->lines()[1] ==
         R"({"time":"2026-11-20T18:00:00.250000Z","level":"debug","message":"alone"})");
}

TEST_CASE("fields hold numbers of all kinds, truths, ids and texts") {
  Said said(LogFormat::kJson);
  std::string text = "t";
  said.log.info("m", {{"a", std::numeric_limits<int64_t>::min()},
                      {"b", std::numeric_limits<uint64_t>::max()},
                      {"c", 0.5},
                      {"d", true},
                      {"e", Offset(7)},
                      {"f", BrokerId(2)},
                      {"g", text},
                      {"h", std::string_view("v")},
                      {"i", uint8_t{65}},
                      {"j", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT(said.sink->lines()[0].ends_with(
      R"("message":"m","a":-9223372036854775808,"b":18446744073709551615,"c":0.5,"d":true,)"
      R"("e":7,"f":2,"g":"t","h":"v","i":65,"j":"nan"})"));
}

TEST_CASE("a line stays one line whatever its parts hold") {
  for (LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    Said said(format);
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
    said.log.child(every).info(every, {{"every", every}});
    std::string line = said.sink->lines().at(0);
    for (unsigned char c : line) REQUIRE(c >= 0x20);
    EXPECT(line.contains(R"(\u0000)"));
    EXPECT(line.contains("\xef\xbf\xbd"));
  }
}

TEST_CASE("a text over its limit is cut between characters and says so") {
  Said said(LogFormat::kText);
  std::string long_text = "x";
  while (long_text.size() < limits::kLogTextBytes + 100) long_text += "é";
  said.log.info("m", {{"long", long_text}});
  std::string line = said.sink->lines()[0];
  EXPECT(line.size() < limits::kLogTextBytes + 100);
  EXPECT(line.ends_with("é…\""));
}

TEST_CASE("lines below the level are not written") {
  Said said(LogFormat::kText, LogLevel::kWarn);
  said.log.trace("t");
  said.log.debug("d");
  said.log.info("i");
  EXPECT(!said.log.is_on(LogLevel::kInfo));
  EXPECT(said.sink->lines().empty());
  said.log.warn("w");
  said.log.error("e");
  EXPECT(said.sink->lines().size() == 2);
}

TEST_CASE("levels and formats are known by their names alone") {
  EXPECT(parse_log_level("trace") == LogLevel::kTrace);
  EXPECT(parse_log_level("error") == LogLevel::kError);
  EXPECT(parse_log_format("json") == LogFormat::kJson);
  for (const char* text : {"", "Info", "warning", "fatal", "2"})
    EXPECT_MESSAGE(!parse_log_level(text), text);
  EXPECT(parse_log_level("loud").error().detail ==
         "\"loud\" is not a level: expected trace, debug, info, warn or error");
  EXPECT(!parse_log_format("xml"));
}

TEST_CASE("a log file that was renamed is made again when it is reopened, and nothing is lost") {
  Directory directory;
  StoppedClock clock;
  auto sink = file_log_sink(directory.file("a.log"));
  REQUIRE(sink.has_value());
  Log log(*sink, {}, clock);
  log.info("first");
  std::filesystem::rename(directory.file("a.log"), directory.file("b.log"));
  log.info("second");
  REQUIRE((*sink)->reopen().has_value());
  log.info("third");
  EXPECT(lines_of(directory.file("b.log")).size() == 2);
  REQUIRE(lines_of(directory.file("a.log")).size() == 1);
  EXPECT(lines_of(directory.file("a.log"))[0].ends_with("third"));
}

TEST_CASE("a log file is appended to, not begun again") {
  Directory directory;
  StoppedClock clock;
  for (int i = 0; i < 2; ++i) Log(*file_log_sink(directory.file("a.log")), {}, clock).info("again");
  EXPECT(lines_of(directory.file("a.log")).size() == 2);
}

TEST_CASE("a log file that cannot be opened is named, and one that cannot be reopened is kept") {
  Directory directory;
  StoppedClock clock;
  std::ofstream(directory.file("plain")) << "";
  auto refused = file_log_sink(directory.file("plain/a.log"));
  REQUIRE(!refused);
  EXPECT(refused.error().code == ErrorCode::IO_FAILED);
  EXPECT(refused.error().detail.contains(directory.file("plain/a.log")));

  std::filesystem::create_directory(directory.file("logs"));
  auto sink = file_log_sink(directory.file("logs/a.log"));
  REQUIRE(sink.has_value());
  Log log(*sink, {}, clock);
  std::filesystem::rename(directory.file("logs"), directory.file("old"));
  std::ofstream(directory.file("logs")) << "";
  EXPECT(!(*sink)->reopen());
  log.info("still here");
  EXPECT(lines_of(directory.file("old/a.log")).size() == 1);
}

TEST_CASE("lines that a full disk refuses are counted, and the program goes on") {
  StoppedClock clock;
  auto sink = file_log_sink("/dev/full");
  REQUIRE(sink.has_value());
  Log log(*sink, {}, clock);
  log.info("lost");
  log.info("lost too");
  EXPECT((*sink)->lines_lost() == 2);
}

TEST_CASE("lines of several threads are whole while the file is reopened") {
  Directory directory;
  StoppedClock clock;
  auto sink = file_log_sink(directory.file("a.log"));
  REQUIRE(sink.has_value());
  Log log(*sink, {}, clock);
  std::array<std::thread, 4> threads;
  for (std::thread& thread : threads)
    thread = std::thread([log] {
      for (int i = 0; i < 500; ++i) log.info("a whole line", {{"number", i}});
    });
  for (int i = 0; i < 20; ++i) REQUIRE((*sink)->reopen().has_value());
  for (std::thread& thread : threads) thread.join();
  auto lines = lines_of(directory.file("a.log"));
  EXPECT(lines.size() == 2'000);
  for (const std::string& line : lines)
    REQUIRE(line.starts_with("2026-11-20T18:00:00.250000Z info   a whole line  number="));
}

}  // namespace
}  // namespace usher

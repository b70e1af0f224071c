#include "proto/service/config.h"

#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "proto/base/limits.h"
#include "proto/service/server_settings.h"

#include "tests/doctest.h"

namespace usher::service {
namespace {

// A program with a setting of each kind, and what it is started with.
struct ConfigExample {
  ConfigExample() {
    settings.add("id", integer_value(1, 99), id, "Its number.");
    settings.add("rack", text_value(), rack, "Where it stands.");
    settings.add("wait", duration_value(1ms, 1h), wait, "How long it waits.");
    settings.add("fast", boolean_value(), fast, "Takes risks.");
    settings.add_list("brokers", endpoint_value(), brokers, "Whom it asks.");
    settings.add_list("numbers", integer_value(0, 9), numbers, "What it likes.");
    common.add_to(settings);
  }

  // The error's detail, or "" where there is none.
  std::string load_with(std::vector<std::string> arguments, Environment environment = {}) {
    auto loaded = load(settings, {std::move(arguments), std::move(environment)});
    if (!loaded) {
      EXPECT(loaded.error().code == ErrorCode::CONFIG_INVALID);
      return loaded.error().detail;
    }
    printed = loaded->value_or("");
    return "";
  }

  uint64_t id = 7;
  std::string rack = "none";
  Duration wait = 5s;
  bool fast = false;
  std::vector<net::Endpoint> brokers;
  std::vector<uint64_t> numbers = {1, 2};
  ServerSettings common;
  Settings settings{{"usher-example", "an example", "usher-example --id 1"}};
  std::string printed;
};

// A file of one test's own, gone with it.
class File {
 public:
  explicit File(std::string_view text)
      : path_(std::filesystem::temp_directory_path() / "usher-config-XXXXXX") {
    int file = mkstemp(path_.data());
    REQUIRE(file >= 0);
    REQUIRE(write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    close(file);
  }
  ~File() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST_CASE("a list's flag is one item with its commas where that is said") {
  std::vector<std::string> headers;
  Settings settings{{"usher-example", "an example", "usher-example --header a=1"}};
  settings.add_list("header", text_value(), headers, "Of every record.").is_whole = true;
  REQUIRE(load(settings, {{"--header", "a=1, 2", "--header", "b="}, {}}).has_value());
  EXPECT(headers == std::vector<std::string>{"a=1, 2", "b="});
}

TEST_CASE("a program that is given nothing has its defaults") {
  ConfigExample example;
  EXPECT(example.load_with({}) == "");
  EXPECT(example.id == 7);
  EXPECT(example.rack == "none");
  EXPECT(!example.common.admin);
  EXPECT(example.common.log.level == LogLevel::kInfo);
}

TEST_CASE("flags set values of every kind") {
  ConfigExample example;
  EXPECT(example.load_with({"--id", "3", "--rack=r 1", "--wait", "10m", "--fast", "--brokers",
                            "a:1, b:2", "--brokers", "c:3", "--admin", "127.0.0.1:0", "--log-level",
                            "warn", "--memory-limit", "2GiB"}) == "");
  EXPECT(example.id == 3);
  EXPECT(example.rack == "r 1");
  EXPECT(example.wait == 10min);
  EXPECT(example.fast);
  EXPECT(example.brokers == std::vector<net::Endpoint>{{"a", 1}, {"b", 2}, {"c", 3}});
  EXPECT(example.common.admin == net::Endpoint{"127.0.0.1", 0});
  EXPECT(example.common.log.level == LogLevel::kWarn);
  EXPECT(example.common.memory_limit == 2ull << 30);
}

TEST_CASE("a value may look like a flag, and a switch may be given its truth") {
  ConfigExample example;
  EXPECT(example.load_with({"--rack", "-10m", "--fast=false"}) == "");
  EXPECT(example.rack == "-10m");
  EXPECT(!example.fast);
  EXPECT(example.load_with({"--rack", ""}) == "");
  EXPECT(example.rack.empty());
}

TEST_CASE("a file sets values of every kind") {
  File file(
      "id = 4\n"
      "rack = \"r2\"\n"
      "wait = '1h'\n"
      "fast = true\n"
      "brokers = [\"a:1\", \"b:2\"]\n"
      "numbers = [ 3,\n 4 ] # over lines\n"
      "log_format = \"json\"\n");
  ConfigExample example;
  EXPECT(example.load_with({"--config", file.path()}) == "");
  EXPECT(example.id == 4);
  EXPECT(example.rack == "r2");
  EXPECT(example.wait == 1h);
  EXPECT(example.fast);
  EXPECT(example.brokers == std::vector<net::Endpoint>{{"a", 1}, {"b", 2}});
  EXPECT(example.numbers == std::vector<uint64_t>{3, 4});
  EXPECT(example.common.log.format == LogFormat::kJson);
}

TEST_CASE("a list is also a text with commas, and an empty one is empty") {
  File file("brokers = \"a:1,b:2\"\nnumbers = []\n");
  ConfigExample example;
  EXPECT(example.load_with({"--config", file.path()}) == "");
  EXPECT(example.brokers.size() == 2);
  EXPECT(example.numbers.empty());
  EXPECT(example.load_with({"--brokers", ""}, {{"USHER_NUMBERS", "5,6"}}) == "");
  EXPECT(example.brokers.empty());
  EXPECT(example.numbers == std::vector<uint64_t>{5, 6});
}

TEST_CASE("flags win over the environment, the environment over the file, the file over defaults") {
  File file("id = 1\nrack = \"file\"\nwait = \"1s\"\n");
  ConfigExample example;
  EXPECT(example.load_with({"--id", "3", "--config", file.path()},
                           {{"USHER_ID", "2"}, {"USHER_RACK", "environment"}}) == "");
  EXPECT(example.id == 3);
  EXPECT(example.rack == "environment");
  EXPECT(example.wait == 1s);
  EXPECT(!example.fast);
}

TEST_CASE("the environment may name the file, and a flag another") {
  File one("id = 1\n"), two("id = 2\n");
  ConfigExample example;
  EXPECT(example.load_with({}, {{"USHER_CONFIG", one.path()}}) == "");
  EXPECT(example.id == 1);
  EXPECT(example.load_with({"--config", two.path()}, {{"USHER_CONFIG", one.path()}}) == "");
  EXPECT(example.id == 2);
}

TEST_CASE("variables that are not settings, or are not for the environment, change nothing") {
  ConfigExample example;
  EXPECT(example.load_with({}, {{"USHER_SOMETHING", "x"}, {"USHER_HELP", "true"}, {"ID", "x"}}) ==
         "");
  EXPECT(example.printed.empty());
}

TEST_CASE("an unknown flag is named, with the nearest known") {
  ConfigExample example;
  EXPECT(example.load_with({"--log-levle", "warn"}) ==
         "\"--log-levle\" is not a flag of usher-example; the nearest known is --log-level");
  EXPECT(example.load_with({"--borkers=a:1"}) ==
         "\"--borkers\" is not a flag of usher-example; the nearest known is --brokers");
  EXPECT(example.load_with({"--log"}).contains("\"--log\" is not a flag"));
  EXPECT(example.load_with({"-x"}).contains("\"-x\" is not a flag"));
  EXPECT(example.load_with({"start"}).contains("\"start\" stands behind no flag"));
  EXPECT(example.load_with({"--id", "1", "2"}).contains("\"2\" stands behind no flag"));
  EXPECT(example.load_with({"--", "--id"}).contains("--id"));
}

TEST_CASE("an unknown key is named, with its file, line, and the nearest known") {
  File file("id = 1\n\nlog_levle = \"warn\"\n");
  ConfigExample example;
  EXPECT(example.load_with({"--config", file.path()}) ==
         file.path() +
             ":3: \"log_levle\" is not a key of usher-example; the nearest known is log_level");
  for (const char* key : {"config", "help", "print_config", "id.x", "ID"}) {
    File other(std::string(key) + " = 1\n");
    EXPECT(example.load_with({"--config", other.path()}).contains(":1: "));
  }
  File table("[server]\nid = 1\n");
  EXPECT(example.load_with({"--config", table.path()}).contains("\"server\" is not a key"));
}

TEST_CASE("of several mistakes in a file the first is told") {
  File file("zz = 1\nyy = 2\naa = 3\n");
  ConfigExample example;
  EXPECT(example.load_with({"--config", file.path()}).contains(":1: \"zz\""));
}

TEST_CASE("a wrong value is named with where it was given and what was expected") {
  ConfigExample example;
  EXPECT(example.load_with({"--id", "100"}) == "--id: 100 is out of range: expected 1 to 99");
  EXPECT(example.load_with({}, {{"USHER_WAIT", "5"}}) ==
         "USHER_WAIT: \"5\" is not a duration: expected a whole number and one of ms, s, m, h, d, "
         "as in 30s");
  EXPECT(example.load_with({"--log-level", "loud"}).starts_with("--log-level: \"loud\" is not"));
  EXPECT(example.load_with({"--brokers", "a:1,b"}).starts_with("--brokers: "));
  EXPECT(example.load_with({"--fast=maybe"}) == "--fast: \"maybe\" is not one of true, false");
  File file("# first\nwait = 5\n");
  EXPECT(example.load_with({"--config", file.path()})
             .starts_with(file.path() + ":2: wait: \"5\" is not a duration"));
}

TEST_CASE("a wrong value is refused also where another source overrides it") {
  File file("id = 100\n");
  ConfigExample example;
  EXPECT(example.load_with({"--config", file.path(), "--id", "1"}).contains(":1: id: 100"));
}

TEST_CASE("values of the wrong kind in a file are refused") {
  for (const char* text : {"id = [1]", "id = 1.5", "id = 1979-05-27", "id = { a = 1 }",
                           "brokers = [[\"a:1\"]]", "id = -1", "fast = \"yes\""}) {
    File file(text);
    ConfigExample example;
    EXPECT_MESSAGE(example.load_with({"--config", file.path()}).contains(":1: "), text);
  }
}

TEST_CASE("a flag without its value, or given twice, is refused by name") {
  ConfigExample example;
  EXPECT(example.load_with({"--id"}) == "--id: stands without its value");
  EXPECT(example.load_with({"--rack="}) == "--rack: stands without its value");
  EXPECT(example.load_with({"--id", "1", "--id", "2"}) == "--id: given more than once");
}

TEST_CASE("a file that is not there, not TOML, too large or a folder is refused by name") {
  ConfigExample example;
  EXPECT(example.load_with({"--config", "/nowhere/x.toml"}).contains("/nowhere/x.toml"));
  EXPECT(example.load_with({"--config", "/"}).contains("/: the file cannot be read"));
  File broken("id = 1\nrack = \"open\n");
  EXPECT(
      example.load_with({"--config", broken.path()}).starts_with(broken.path() + ":2: not TOML"));
  File twice("id = 1\nid = 2\n");
  EXPECT(example.load_with({"--config", twice.path()}).starts_with(twice.path() + ":2: not TOML"));
  File large(std::string(limits::kConfigFileBytes + 1, '\n'));
  EXPECT(example.load_with({"--config", large.path()}).contains("larger than 1MiB"));
  File most(std::string(limits::kConfigFileBytes, '\n'));
  EXPECT(example.load_with({"--config", most.path()}) == "");
}

TEST_CASE("a required setting that is missing is named") {
  uint64_t port = 0;
  Settings settings({"usher-example", "an example", "usher-example --port 1"});
  settings.add("port", integer_value(1, 9), port, "The port.").is_required = true;
  auto loaded = load(settings, {});
  REQUIRE(!loaded);
  EXPECT(loaded.error().detail == "--port: is required and was not given");
  EXPECT(load(settings, {{}, {{"USHER_PORT", "2"}}}).has_value());
  EXPECT(port == 2);
  EXPECT(load(settings, {{"--help"}, {}}).has_value());
}

TEST_CASE("help names every setting, its default, and an example, whatever else is given") {
  ConfigExample example;
  EXPECT(example.load_with({"-h"}) == "");
  EXPECT(example.printed.starts_with("usher-example " USHER_VERSION ": an example\n"));
  for (const Setting& row : example.settings.rows())
    EXPECT_MESSAGE(example.printed.contains("  " + row.flag()), row.name);
  EXPECT(example.printed.contains("--wait DURATION"));
  EXPECT(example.printed.contains("How long it waits. Default: 5s\n"));
  EXPECT(example.printed.contains("Default: 1,2\n"));
  EXPECT(example.printed.ends_with("Example:\n  usher-example --id 1\n"));
  ConfigExample wrong;
  EXPECT(wrong.load_with({"--id", "100", "--help", "--wait", "1m"}) == "");
  EXPECT(wrong.printed.contains("Default: 5s\n"));
}

TEST_CASE("the version is the program's name and a number") {
  ConfigExample example;
  EXPECT(example.load_with({"--version"}) == "");
  EXPECT(example.printed == "usher-example " USHER_VERSION "\n");
}

TEST_CASE("the printed configuration says where each value came from") {
  File file("id = 1\nwait = \"90s\"\n");
  ConfigExample example;
  EXPECT(example.load_with({"--print-config", "--config", file.path(), "--brokers", "a:1,b:2"},
                           {{"USHER_RACK", "r\"1"}}) == "");
  auto has = [&](std::string_view assignment, std::string_view origin) {
    size_t at = example.printed.find("\n" + std::string(assignment) + " ");
    REQUIRE_MESSAGE(at != std::string::npos, example.printed);
    std::string line = example.printed.substr(at + 1, example.printed.find('\n', at + 1) - at - 1);
    EXPECT_MESSAGE(line.ends_with(" # " + std::string(origin)), line);
  };
  has("id = 1", file.path() + ":1");
  has("wait = \"90s\"", file.path() + ":2");
  has("rack = \"r\\\"1\"", "environment USHER_RACK");
  has("brokers = [\"a:1\", \"b:2\"]", "flag --brokers");
  has("numbers = [1, 2]", "default");
  has("fast = false", "default");
  has("# admin =", "not set");
}

TEST_CASE("the printed configuration is a file that gives the same configuration") {
  ConfigExample first;
  EXPECT(first.load_with({"--print-config", "--id", "9", "--rack", "a\\\"\t\x1b é", "--numbers",
                          "3,4", "--brokers", "[::1]:5", "--fast"}) == "");
  File file(first.printed);
  ConfigExample second;
  EXPECT(second.load_with({"--config", file.path()}) == "");
  EXPECT(second.id == first.id);
  EXPECT(second.rack == first.rack);
  EXPECT(second.numbers == first.numbers);
  EXPECT(second.brokers == first.brokers);
  EXPECT(second.fast == first.fast);
  EXPECT(second.wait == first.wait);
}

TEST_CASE("what main() is given becomes arguments and variables") {
  std::string name = "usher-example", flag = "--id", value = "1", variable = "USHER_RACK=a=b",
              odd = "NOTHING";
  char* arguments[] = {name.data(), flag.data(), value.data(), nullptr};
  char* environment[] = {variable.data(), odd.data(), nullptr};
  ProgramInput input = ProgramInput::of(3, arguments, environment);
  EXPECT(input.arguments == std::vector<std::string>{"--id", "1"});
  EXPECT(input.environment == Environment{{"USHER_RACK", "a=b"}});
}

}  // namespace
}  // namespace usher::service

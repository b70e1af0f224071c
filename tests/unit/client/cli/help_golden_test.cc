// What every command says of itself, kept as files: tests/golden/cli.
#include "client/cli/commands.h"
#include "proto/service/config.h"

#include "tests/doctest.h"
#include "tests/golden/golden.h"

namespace usher::cli {
namespace {

TEST_CASE("the list of commands is as kept") {
  golden::expect_golden("cli/commands.txt", commands_text(all_commands(), ""));
}

TEST_CASE("the help of every command is as kept, and has an example") {
  std::string all;
  for (const CommandRow& row : all_commands()) {
    auto command = row.make();
    service::Settings settings({"usher " + row.words, row.about, row.example});
    command->add_to(settings);
    auto help = service::load(settings, {{"--help"}, {}});
    REQUIRE(help.has_value());
    REQUIRE(help->has_value());
    EXPECT((*help)->contains("Example:\n  "));
    all += "$ usher " + row.words + " --help\n" + **help + "\n";
  }
  golden::expect_golden("cli/help.txt", all);
}

TEST_CASE("what is wrong on a command line is named, with what to do") {
  std::string all;
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"space", "create"},
           {"space", "create", "a b"},
           {"space", "create", "x", "y"},
           {"space", "create", "x", "--partition", "3"},
           {"space", "create", "x", "--partitions", "0"},
           {"space", "create", "x", "--partitions"},
           {"space", "list"},
           {"topic", "create", "noslash"},
           {"topic", "create", "a/b", "--retention", "10GB"},
           {"consume", "a/b", "--from", "yesterday"},
           {"produce", "a/b", "--input", "xml"},
           {"cluster", "start"},
           {"cluster", "kill", "--dir", "/nowhere", "server", "1"},
           {"cluster", "stop", "--dir", "/nowhere"},
           {"broker", "drain", "1"},
           {"event", "create", "concert", "--section", "A=0x5"},
           {"event", "create", "concert", "--section", "A"},
           {"event", "alter", "concert", "--opens", "tomorrow"},
           {"seat", "block", "concert", "A-0-1"},
           {"reserve", "--event", "concert", "--count", "21", "--user", "ann"},
           {"reserve", "--event", "concert", "--user", "ann", "--url", "localhost"},
           {"reserve", "--event", "concert", "--user", "ann", "--url", "http://localhost:1"},
           {"reserve", "--event", "concert", "--user", "ann", "--seats", "A-1-1,B-1-1", "--url",
            "http://localhost:1"},
           {"reservation", "show", "nothing"},
       }) {
    CommandRows rows = all_commands();
    auto chosen = choose(rows, words);
    REQUIRE(chosen.has_value());
    auto command = chosen->row->make();
    service::Settings settings({"usher " + chosen->row->words, "", ""});
    command->add_to(settings);
    auto loaded = service::load(settings, {chosen->arguments, {}});
    Error error;
    if (!loaded) {
      error = loaded.error();
    } else {
      auto run = command->run();
      REQUIRE(!run.has_value());
      error = run.error();
    }
    all += "$ usher";
    for (const std::string& word : words) all += " " + word;
    all += "\nerror: " + error.text() + "\n\n";
  }
  golden::expect_golden("cli/wrong.txt", all);
}

}  // namespace
}  // namespace usher::cli

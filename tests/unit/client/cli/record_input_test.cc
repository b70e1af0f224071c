#include "client/cli/record_input.h"

#include "tests/doctest.h"

namespace usher::cli {
namespace {

using Records = std::vector<InputRecord>;

Result<Records> read(const InputOptions& options, const std::vector<std::string>& pieces) {
  RecordInput input(options);
  Records records;
  for (const std::string& piece : pieces) TRY(input.take(piece, records));
  TRY(input.finish(records));
  return records;
}

TEST_CASE("text is a record a line, however it arrives, the last one with or without an end") {
  EXPECT(read({}, {"a\nb", "c\n\nd"}).value() ==
         Records{{{}, "a", {}}, {{}, "bc", {}}, {{}, "", {}}, {{}, "d", {}}});
  EXPECT(read({}, {"a\n"}).value() == Records{{{}, "a", {}}});
  EXPECT(read({}, {}).value().empty());
}

TEST_CASE("a separator cuts the key off; a line without one is named") {
  InputOptions options{.key_separator = ":"};
  EXPECT(read(options, {"k:v:w\n"}).value() == Records{{"k", "v:w", {}}});
  EXPECT(read(options, {"k:v\nplain\n"}).error().detail ==
         "line 2: there is no separator \":\" in it");
}

TEST_CASE("key and headers of the flags are on every record") {
  InputOptions options{.key = "k", .headers = {{"h", "1"}}};
  EXPECT(read(options, {"a\nb\n"}).value() ==
         Records{{"k", "a", {{"h", "1"}}}, {"k", "b", {{"h", "1"}}}});
}

TEST_CASE("json has key, value and headers; what is no text is taken as JSON") {
  InputOptions options{.format = InputFormat::kJson};
  EXPECT(read(options, {"{\"key\":\"k\",\"value\":\"v\",\"headers\":{\"a\":\"b\"}}\n\n"}).value() ==
         Records{{"k", "v", {{"a", "b"}}}});
  EXPECT(read(options, {"{\"key\":1,\"value\":{\"x\":[1,2]}}"}).value() ==
         Records{{"1", "{\"x\":[1,2]}", {}}});
  EXPECT(read(options, {"{\"key\":\"k\",\"value\":null}"}).value() == Records{{"k", {}, {}}});
}

TEST_CASE("json that is none, or has other names, is refused with its line") {
  InputOptions options{.format = InputFormat::kJson};
  EXPECT(read(options, {"{}\nnonsense\n"}).error().detail.starts_with("line 2: not a JSON object"));
  EXPECT(read(options, {"{\"vlaue\":1}"}).error().detail ==
         "line 1: \"vlaue\" is not one of \"key\", \"value\", \"headers\"");
}

TEST_CASE("raw is one record, line ends and all, also of nothing") {
  InputOptions options{.format = InputFormat::kRaw};
  EXPECT(read(options, {"a\n", "b\n"}).value() == Records{{{}, "a\nb\n", {}}});
  EXPECT(read(options, {}).value() == Records{{{}, "", {}}});
}

TEST_CASE("records before a wrong line are given") {
  RecordInput input({.format = InputFormat::kJson});
  Records records;
  EXPECT(!input.take("{\"value\":\"a\"}\noops\n", records).has_value());
  EXPECT(records.size() == 1);
}

}  // namespace
}  // namespace usher::cli

#include "client/cli/output.h"

#include "client/cli/cluster_file.h"
#include "client/cli/record_text.h"

#include "tests/doctest.h"

namespace usher::cli {
namespace {

TEST_CASE("a table's columns are as wide as they need be, numbers to the right") {
  Table table({"NAME", "COUNT"});
  table.add({"a", "7"});
  table.add({"länger", "1234567"});
  EXPECT(table.text() ==
         "NAME      COUNT\n"
         "a             7\n"
         "länger  1234567\n");
}

TEST_CASE("JSON is built in order, and text in it is always safe") {
  EXPECT(JsonObject()
             .text("a\"", "x\n\x1b")
             .number("n", 18'446'744'073'709'551'615U)
             .number("none", std::optional<uint64_t>())
             .truth("t", true)
             .raw("list", json_texts({"p", "q"}))
             .done() ==
         R"({"a\"":"x\n\u001b","n":18446744073709551615,"none":null,"t":true,"list":["p","q"]})");
}

TEST_CASE("base64 pads as it should") {
  for (auto [text, expected] : {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="),
                                std::pair("foo", "Zm9v"), std::pair("foob", "Zm9vYg==")})
    EXPECT(base64(as_bytes(text)) == expected);
}

client::ReadRecord record_of(std::optional<std::string_view> key,
                             std::optional<std::string_view> value) {
  client::ReadRecord record{TopicId(20), Offset(5), Seq(2), {}};
  if (key) record.view.key = as_bytes(*key);
  if (value) record.view.value = as_bytes(*value);
  return record;
}

const RecordNames kNames{"events", "seats", PartitionId(3), WallTime(1'795'197'600'000'001)};

TEST_CASE("a record as JSON: text as it is, bytes that are none in base64, null where none are") {
  std::string text;
  append_json(text, kNames, record_of("k", "\xff"));
  EXPECT(text == R"({"space":"events","topic":"seats","partition":3,"offset":5,"seq":2,)"
                 R"("time":"2026-11-20T18:00:00.000001Z","key":"k","value":"/w==","headers":{},)"
                 R"("encoding":"base64","keyEncoding":"utf8"})"
                 "\n");
  text.clear();
  append_json(text, kNames, record_of({}, {}));
  EXPECT(text.contains(R"("key":null,"value":null)"));
}

TEST_CASE("a record for people is one line, whatever is in it") {
  std::string text;
  append_line(text, kNames, record_of("k", "two\nlines\x1b[31m"));
  EXPECT(text == "3\t5\t2026-11-20T18:00:00.000001Z\tk\t\"two\\nlines\\u001b[31m\"\n");
  text.clear();
  append_line(text, kNames, record_of({}, ""));
  EXPECT(text == "3\t5\t2026-11-20T18:00:00.000001Z\t-\t\"\"\n");
}

TEST_CASE("the file of a cluster is read as it was written") {
  ClusterFile file{{{1, 77, "127.0.0.1:7101", "127.0.0.1:7201", "/d/broker-1/data"},
                    {2, {}, "127.0.0.1:7102", "127.0.0.1:7202", "/d/broker-2/data"}},
                   {{1, {}, "127.0.0.1:7301", "127.0.0.1:7401", "/d/processor-1/state"}},
                   {{1, {}, "127.0.0.1:7180", "127.0.0.1:7501", ""}}};
  std::string text = cluster_text(file);
  EXPECT(text.starts_with(R"({"brokers":[{"id":1,"pid":77,"listen":"127.0.0.1:7101",)"
                          R"("admin":"127.0.0.1:7201","data":"/d/broker-1/data"},)"
                          R"({"id":2,"pid":null,)"));
  EXPECT(text.contains(R"("gateways":[{"id":1,"pid":null,"listen":"127.0.0.1:7180",)"
                       R"("admin":"127.0.0.1:7501"}]})"));
  EXPECT(parse_cluster(text, "f").value() == file);
  EXPECT(parse_cluster("[]", "D/cluster.json").error().detail ==
         "D/cluster.json: not the file of a cluster");
}

}  // namespace
}  // namespace usher::cli

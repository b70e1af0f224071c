#include "client/cli/record_schema.h"

#include "client/cli/record_input.h"
#include "client/cli/record_text.h"
#include "proto/seats/codec.h"

#include "tests/doctest.h"
#include "tests/golden/golden.h"

namespace usher::cli {
namespace {

struct Written {
  std::string schema;
  std::string value;
};

// One of every kind, with every field set.
std::vector<Written> one_of_every_kind() {
  seats::ReservationId id{.high = 0x1230'0001'2345'6789, .low = 42};
  seats::CommandId command{.high = 1, .low = 2};
  WallTime time(1'795'197'600'000'001);
  seats::EventSettings settings{.opens_at = time, .closes_at = time, .limit_per_user = 4};
  seats::Reserve reserve{
      .section = "A-b", .user = "ann", .count = 2, .split = true, .seats = {{1, 2}, {1, 3}}};
  std::vector<seats::SectionSeats> some = {{"A", {{1, 2}}}, {"B", {{20, 50}}}};
  seats::SeatEvent event{.command = command,
                         .command_offset = Offset(7),
                         .change = seats::EventChange::kBlock,
                         .outcome = seats::EventOutcome::kSeatTaken,
                         .detail = "A-1-2",
                         .settings = settings,
                         .sections = {{"A", 20, 50}},
                         .seats = some};
  seats::ReservationEntry entry{.event = "jazz",
                                .section = "A-b",
                                .user = "ann",
                                .count = 2,
                                .seats = {{1, 2}},
                                .status = seats::Status::kConfirmed,
                                .kind = seats::EntryKind::kWhole,
                                .why = {},
                                .first = {},
                                .body = {.low = 1, .high = 2},
                                .offset = Offset(7),
                                .made_at = time,
                                .held_until = time};
  using C = seats::EventCommand;
  seats::AlterEvent alter{
      .opens_at = std::optional<WallTime>(), .closes_at = time, .limit_per_user = 3};
  return {
      {"seats.EventCommand",
       encode(C{command, seats::CreateEvent{settings, {{"A", 20, 50}, {"B", 1, 1}}}})},
      {"seats.EventCommand", encode(C{command, seats::AddSection{{"C", 5, 10}}})},
      {"seats.EventCommand", encode(C{command, alter})},
      {"seats.EventCommand", encode(C{command, seats::BlockSeats{some}})},
      {"seats.EventCommand", encode(C{command, seats::ReleaseSeats{some}})},
      {"seats.ReservationCommand", encode(seats::ReservationCommand{id, reserve})},
      {"seats.ReservationCommand", encode(seats::ReservationCommand{id, seats::Pay{}})},
      {"seats.ReservationCommand", encode(seats::ReservationCommand{id, seats::Cancel{}})},
      {"seats.SeatEvent", encode(event)},
      {"seats.Requested", encode(seats::Requested{id, Offset(7), reserve})},
      {"seats.Outcome", encode(seats::Outcome{id, {{1, 2}}, {seats::Reason::kSoldOut, 1, 0}})},
      {"seats.Completed", encode(seats::Completed{.id = id,
                                                  .command_offset = Offset(7),
                                                  .cause = seats::Cause::kPay,
                                                  .known = true,
                                                  .granted = true,
                                                  .changed = false,
                                                  .reservation = entry})},
      {"seats.SectionStatus", encode(seats::SectionStatus{"A", 1, 2, 3, 4})},
      {"json", R"({"a":[1,"x",null]})"},
  };
}

TEST_CASE("every record has JSON, and the JSON stands for the same bytes") {
  std::string all;
  for (const Written& one : one_of_every_kind()) {
    auto json = json_of_value(one.schema, one.value);
    REQUIRE(json.has_value());
    all += one.schema + "\n    " + *json + "\n";
    auto back = value_of_json(one.schema, *json);
    REQUIRE_MESSAGE(back.has_value(), back.error().detail);
    EXPECT(*back == one.value);
  }
  golden::expect_golden("cli/schemas.txt", all);
}

TEST_CASE("what is wrong with a value is named by its field") {
  auto said = [](std::string_view json) {
    return value_of_json("seats.ReservationCommand", json).error().detail;
  };
  EXPECT(said("{") == R"("value": it is not JSON)");
  EXPECT(said("[]").contains("expected an object"));
  EXPECT(said("{}").contains(R"("reservationId": expected given)"));
  std::string id = R"({"reservationId":"28t000938nksw000000000001a",)";
  EXPECT(said(id + R"("pay":{},"cancel":{}})").contains("just one of reserve, pay, cancel"));
  EXPECT(said(id + R"("pay":{},"by":1})").contains(R"("by" is not a field)"));
  std::string reserve = id + R"("reserve":{"section":"A","userId":"ann",)";
  EXPECT(said(reserve + R"("seatCount":-1}})").contains(R"("reserve.seatCount")"));
  EXPECT(said(reserve + R"("seatCount":1,"seats":["B-1-1"]}})").contains(R"("reserve.seats")"));
}

TEST_CASE("a value that is no record of its schema is refused, and so is a schema nobody knows") {
  EXPECT(json_of_value("seats.Completed", "nonsense").error().code == ErrorCode::RECORD_MALFORMED);
  EXPECT(!json_of_value("json", "{").has_value());
  EXPECT(json_of_value("json", "[2.5]") == "[2.5]");
  EXPECT(json_of_value("json", "[1,\n2]") == "[1,2]");
  EXPECT(value_of_json("seats.Ticket", "{}").error().code == ErrorCode::INVALID_ARGUMENT);
  EXPECT(!is_schema("seats.Ticket"));
}

TEST_CASE("produce encodes by the topic's schema, and names the line of what is wrong") {
  RecordInput input({.format = InputFormat::kJson, .schema = "seats.SectionStatus"});
  std::vector<InputRecord> records;
  std::string line =
      R"({"key":"jazz","value":{"section":"A","available":1,"reserved":2,"sold":3,"blocked":4}})"
      "\n";
  REQUIRE(input.take(line, records).has_value());
  REQUIRE(records.size() == 1);
  EXPECT(records[0].value == encode(seats::SectionStatus{"A", 1, 2, 3, 4}));
  auto wrong = input.take("{\"value\":{\"section\":\"A\"}}\n", records);
  EXPECT(wrong.error().detail.starts_with("line 2: \"value\": \"available\""));
}

TEST_CASE("consume prints by the topic's schema; what is no such record as the bytes it is") {
  std::string value = encode(seats::SectionStatus{"A", 1, 2, 3, 4});
  RecordNames names{"events", "section-status", PartitionId(3), WallTime(0), "seats.SectionStatus"};
  client::ReadRecord record{TopicId(20), Offset(5), Seq(2), {}};
  record.view.value = as_bytes(value);
  std::string text;
  append_json(text, names, record);
  EXPECT(text.contains(R"("value":{"section":"A","available":1,)"));
  EXPECT(text.contains(R"("encoding":"json","keyEncoding":"utf8")"));
  record.view.value = as_bytes("hello");
  text.clear();
  append_json(text, names, record);
  EXPECT(text.contains(R"("value":"hello","headers":{},"encoding":"utf8")"));
}

}  // namespace
}  // namespace usher::cli

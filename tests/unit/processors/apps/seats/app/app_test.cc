#include "processors/apps/seats/app/app.h"

#include "processors/apps/seats/app/orders_app.h"
#include "processors/apps/seats/orders.h"
#include "processors/test_driver.h"
#include "proto/seats/codec.h"
#include "proto/seats/topics.h"

#include "tests/doctest.h"

namespace usher::seats {
namespace {

processors::SpaceInfo orders_space() {
  std::string app(kOrdersAppName);
  return {.name = std::string(kOrdersSpace),
          .topics = {{std::string(kOrdersTopic), TopicId(20), ""},
                     {std::string(kOrdersChangelog), TopicId(21), app},
                     {std::string(kOrdersTimersTopic), TopicId(22), app},
                     {std::string(kOrdersDeadLettersTopic), TopicId(23), app}}};
}

processors::SpaceInfo space() {
  processors::SpaceInfo space{.name = std::string(kSpace), .topics = {}};
  uint32_t next = 20;
  for (const TopicToMake& topic : topics_to_make())
    space.topics.push_back(
        {.name = std::string(topic.name),
         .id = TopicId(next++),
         .written_by = topic.writer == WrittenBy::kApp ? std::string(kAppName) : ""});
  return space;
}

// The app over a log in memory, asked as a gateway would ask.
class BoxOffice {
 public:
  explicit BoxOffice(CountOutcome count = {})
      : driver_(*seats_app(space(), std::move(count)), space()) {}

  void create(uint16_t rows, uint16_t seats_per_row, uint32_t hold_s = 600) {
    CreateEvent create;
    create.settings.hold_s = hold_s;
    create.sections = {{"A", rows, seats_per_row}};
    EventCommand command;
    command.command = {.high = 1, .low = 1};
    command.what = create;
    driver_.send(name_of(Topic::kEventCommands), "e", encode(command));
  }
  ReservationId reserve(std::string_view user, uint32_t count) {
    ReservationCommand command;
    command.id = make_keyed_id("e", user, "k");
    Reserve reserve;
    reserve.section = "A";
    reserve.user = user;
    reserve.count = count;
    command.what = reserve;
    driver_.send(name_of(Topic::kReservationCommands), "e", encode(command));
    return command.id;
  }
  template <class What>
  void send(ReservationId id) {
    ReservationCommand command;
    command.id = id;
    command.what = What{};
    driver_.send(name_of(Topic::kReservationCommands), "e", encode(command));
  }
  ReservationEntry find(ReservationId id) {
    auto bytes = driver_.get(name_of(Store::kReservations), id.key());
    REQUIRE(bytes.has_value());
    return *decode<ReservationEntry>(*bytes);
  }
  SectionMap section() {
    return *decode<SectionMap>(
        driver_.get(name_of(Store::kSections), section_key("e", "A")).value_or(""));
  }
  processors::TestDriver& driver() { return driver_; }

 private:
  processors::TestDriver driver_;
};

TEST_CASE("a command goes through all topics to what became of it, in one step") {
  BoxOffice office;
  office.create(10, 10);
  ReservationId id = office.reserve("u", 2);
  EXPECT(office.find(id).status == Status::kConfirmed);
  auto& driver = office.driver();
  EXPECT(driver.take(name_of(Topic::kSeatEvents)).size() == 1);
  EXPECT(driver.take(name_of(Topic::kReservationRequests)).size() == 1);
  EXPECT(driver.take(name_of(Topic::kReservationResults)).size() == 1);
  auto completed = driver.take(name_of(Topic::kReservationCompleted));
  REQUIRE(completed.size() == 1);
  EXPECT(completed[0].key == "e");
  EXPECT(decode<Completed>(*completed[0].value)->id == id);
  auto status = driver.take(name_of(Topic::kSectionStatus));
  REQUIRE(!status.empty());
  EXPECT(decode<SectionStatus>(*status.back().value)->available == 98);
}

TEST_CASE("a hold that nobody pays ends at its deadline, a paid one stays") {
  BoxOffice office;
  office.create(1, 4, 60);
  ReservationId paid = office.reserve("u", 1);
  ReservationId left = office.reserve("v", 1);
  office.send<Pay>(paid);
  office.driver().advance(59s);
  EXPECT(office.find(left).status == Status::kConfirmed);
  office.driver().advance(2s);
  EXPECT(office.find(left).status == Status::kExpired);
  EXPECT(office.find(paid).status == Status::kPaid);
  EXPECT(office.section().available() == 3);
}

TEST_CASE("who takes over, with the old disk or an empty one, goes on where the log ends") {
  for (auto disk : {processors::TestDriver::Disk::kKept, processors::TestDriver::Disk::kEmpty}) {
    BoxOffice office;
    office.create(1, 4, 60);
    ReservationId left = office.reserve("u", 2);
    office.driver().fail_over(disk);
    EXPECT(office.find(left).status == Status::kConfirmed);
    ReservationId late = office.reserve("v", 3);
    EXPECT(office.find(late).why.reason == Reason::kSoldOut);
    office.driver().advance(61s);  // the timer survived
    EXPECT(office.find(left).status == Status::kExpired);
    EXPECT(office.section().available() == 4);
  }
}

TEST_CASE("a record that is no command goes to the dead letters, and the next is decided") {
  BoxOffice office;
  office.create(1, 4);
  office.driver().send(name_of(Topic::kReservationCommands), "e", "garbage");
  EXPECT(office.driver().take(kDeadLettersTopic).size() == 1);
  EXPECT(office.find(office.reserve("u", 1)).status == Status::kConfirmed);
}

TEST_CASE("what became of a reservation is counted once it is committed") {
  std::vector<std::string> counted;
  CountOutcome count = [&](Status status, Reason reason) {
    counted.push_back(std::string(name_of(status)) + " " + std::string(name_of(reason)));
  };
  BoxOffice office(std::move(count));
  office.create(1, 4);
  ReservationId id = office.reserve("u", 3);
  office.reserve("v", 2);
  office.send<Pay>(id);
  office.send<Pay>(id);
  EXPECT(counted == std::vector<std::string>{"CONFIRMED ", "REJECTED SOLD_OUT", "PAID "});
}

TEST_CASE("the view by user keeps the latest of each reservation") {
  BoxOffice office;
  office.create(1, 10);
  ReservationId first = office.reserve("u", 2);
  ReservationId second = office.reserve("v", 1);
  office.send<Pay>(first);
  processors::TestDriver view(*orders_app(orders_space()), orders_space());
  for (const auto& sent : office.driver().take(name_of(Topic::kReservationCompleted)))
    view.send(kOrdersTopic, orders_key(*decode<Completed>(*sent.value)), *sent.value);
  auto orders = view.entries(name_of(Store::kOrders));
  REQUIRE(orders.size() == 2);
  EXPECT(decode<ReservationEntry>(orders.at(joined_key("u", first.key())))->status ==
         Status::kPaid);
  EXPECT(decode<ReservationEntry>(orders.at(joined_key("v", second.key())))->status ==
         Status::kConfirmed);
}

TEST_CASE("a space that lacks one of the topics is refused by its name") {
  for (const TopicToMake& missing : topics_to_make()) {
    processors::SpaceInfo lacking = space();
    std::erase_if(lacking.topics, [&](const auto& topic) { return topic.name == missing.name; });
    auto refused = seats_app(lacking);
    REQUIRE(!refused.has_value());
    EXPECT(refused.error().code == ErrorCode::TOPOLOGY_INVALID);
    EXPECT(refused.error().detail.contains(missing.name));
  }
}

}  // namespace
}  // namespace usher::seats

#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

void delete_space(Brokers& brokers) {
  REQUIRE(brokers.ask_any([] { return net::Message{wire::DeleteSpaceRequest{.name = "s"}, {}}; }));
  REQUIRE(brokers.run_until([&] { return brokers.status().replicas.empty(); }));
  brokers.run_for(2s);
}

TEST_CASE("a broker that starts again after a space was deleted is ready") {
  Brokers brokers(3);
  brokers.make_topic(4);
  for (int i = 0; i < 20; ++i) REQUIRE(brokers.append("v"));
  delete_space(brokers);
  brokers.at(2).kill();
  brokers.at(2).start();
  brokers.run_for(5s);
  EXPECT(brokers.at(2).broker().why_not_ready() == "");
  for (const std::string& line : brokers.at(2).said())
    EXPECT(line.find("cannot be opened") == std::string::npos);
}

TEST_CASE("a space that is deleted while a broker is down is closed when that comes back") {
  Brokers brokers(3);
  brokers.make_topic(4);
  for (int i = 0; i < 20; ++i) REQUIRE(brokers.append("v"));
  brokers.at(2).kill();
  delete_space(brokers);
  brokers.at(2).start();
  brokers.run_for(5s);
  EXPECT(brokers.at(2).broker().why_not_ready() == "");
  EXPECT(brokers.at(2).broker().replicas().size() == 1);
}

}  // namespace
}  // namespace usher::server

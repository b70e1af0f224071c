#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

TEST_CASE("a leader whose clock leaves the others' hands over, and leads no more while it is off") {
  Brokers brokers(3);
  brokers.make_topic();
  REQUIRE(brokers.append("one"));
  brokers.run_for(2s);
  auto broken = static_cast<size_t>(brokers.status().leader->value());
  brokers.at(broken).clock().jump_wall(1h);
  auto another_leads = [&] {
    auto status = brokers.status();
    return status.leader && *status.leader != brokers.at(broken).id();
  };
  REQUIRE(brokers.run_until(another_leads));
  EXPECT(brokers.append("two"));
  for (int i = 0; i < 10; ++i) {
    brokers.run_for(1s);
    EXPECT(another_leads());
  }
}

TEST_CASE("a broker whose clock is right again is given back what it is preferred to lead") {
  Brokers brokers(3);
  brokers.make_topic();
  REQUIRE(brokers.append("one"));
  brokers.run_for(5s);
  auto preferred = static_cast<size_t>(brokers.status().leader->value());
  auto leads = [&] { return brokers.status().leader == brokers.at(preferred).id(); };
  brokers.at(preferred).clock().jump_wall(1h);
  REQUIRE(brokers.run_until([&] { return brokers.status().leader && !leads(); }));
  brokers.run_for(5s);
  brokers.at(preferred).clock().set_right();
  EXPECT(brokers.run_until(leads, 10s));
}

}  // namespace
}  // namespace usher::server

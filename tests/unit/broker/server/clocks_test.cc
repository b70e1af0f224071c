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

}  // namespace
}  // namespace usher::server

#include "tests/contract/transport_contract.h"

#include "tests/contract/asio_fixture.h"
#include "tests/contract/sim_fixture.h"

namespace usher::net {
namespace {

TEST_CASE("the Asio transport keeps the transport's contract") {
  transport_contract<AsioTransportFixture>();
}

TEST_CASE("the simulated network keeps the transport's contract") {
  transport_contract<sim::SimTransportFixture>();
}

}  // namespace
}  // namespace usher::net

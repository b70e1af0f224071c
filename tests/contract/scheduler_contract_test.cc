#include "tests/contract/scheduler_contract.h"

#include "tests/contract/asio_fixture.h"
#include "tests/contract/sim_fixture.h"

namespace usher {
namespace {

TEST_CASE("the Asio scheduler keeps the scheduler's contract") {
  scheduler_contract<net::AsioSchedulerFixture>();
}

TEST_CASE("the simulated scheduler keeps the scheduler's contract") {
  scheduler_contract<sim::SimSchedulerFixture>();
}

}  // namespace
}  // namespace usher

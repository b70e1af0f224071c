#include "tests/doctest.h"
#include "tests/unit/broker/server/brokers.h"

namespace usher::server {
namespace {

void delete_space(Brokers& brokers) {
  REQUIRE(brokers.ask_any([] { return net::Message{wire::DeleteSpaceRequest{.name = "s"}, {}}; }));
  REQUIRE(brokers.run_until([&] { return brokers.status().replicas.empty(); }));
  brokers.run_for(2s);
}

std::vector<std::string> files_below(Machine& machine, std::string_view folder) {
  std::vector<std::string> names;
  for (const io::FileInfo& file : machine.platter().files_seen())
    if (file.name.starts_with(folder)) names.push_back(file.name);
  return names;
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

TEST_CASE("what a deleted space had on disk goes, also of a broker that was down") {
  Brokers brokers(3);
  brokers.make_topic(4);
  for (uint32_t i = 0; i < 20; ++i) REQUIRE(brokers.append("v", PartitionId(i % 4)));
  brokers.run_for(5s);
  for (size_t broker = 1; broker <= 3; ++broker)
    REQUIRE(!files_below(brokers.at(broker), "segments/1-0/").empty());
  brokers.at(2).kill();
  delete_space(brokers);
  EXPECT(files_below(brokers.at(1), "segments/1-").empty());
  EXPECT(files_below(brokers.at(3), "segments/1-").empty());
  EXPECT(!files_below(brokers.at(1), "segments/0-0/").empty());
  brokers.at(2).start();
  brokers.run_for(5s);
  EXPECT(files_below(brokers.at(2), "segments/1-").empty());
}

TEST_CASE("a fetch that is reading from disk is answered when its partition is closed") {
  Brokers brokers(3);
  brokers.make_topic();
  for (int i = 0; i < 20; ++i) REQUIRE(brokers.append("v"));
  brokers.run_for(5s);
  brokers.at(2).kill();
  brokers.at(2).start();  // what it had in memory is gone
  REQUIRE(brokers.run_until_ready());
  sim::SimDiskFaults& disk = brokers.at(2).platter().faults();
  disk.delay_min = disk.delay_max = 1s;
  wire::FetchPartition asked{
      .space = SpaceId(1), .partition = PartitionId(0), .from = Offset(1), .bytes_max = 8 << 20};
  wire::FetchRequest request{
      .partitions = {asked}, .bytes_min = 1, .bytes_max = 8 << 20, .wait = 0ms};
  auto fetched = brokers.begin(2, {request, {}}, 30s);
  delete_space(brokers);
  REQUIRE(brokers.run_until([&] { return fetched->has_value(); }, 20s));
  REQUIRE(**fetched);
  auto reply = std::get<wire::FetchReply>((**fetched)->envelope);
  REQUIRE(reply.partitions.at(0).error);
  EXPECT(reply.partitions[0].error->code == ErrorCode::STALE_METADATA);
}

}  // namespace
}  // namespace usher::server

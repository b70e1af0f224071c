#include "broker/server/identity.h"

#include "tests/doctest.h"

namespace usher::server {
namespace {

Identity founded() {
  return {.broker = BrokerId(2),
          .incarnation = wire::Incarnation(0x2a83be01f7c55),
          .stage = wire::FoundingStage::kFounded,
          .plan = {.cluster = {.high = 0x6f, .low = 0x0c},
                   .founders = {{.broker = BrokerId(1),
                                 .endpoint = "127.0.0.1:7101",
                                 .rack = "a",
                                 .incarnation = wire::Incarnation(0x1e91f00b2c4d7)},
                                {.broker = BrokerId(2),
                                 .endpoint = "127.0.0.1:7102",
                                 .rack = "",
                                 .incarnation = wire::Incarnation(0x2a83be01f7c55)}}}};
}

TEST_CASE("an identity reads back as it was written") {
  EXPECT(decode_identity(encode_identity(founded())) == founded());
  Identity empty{.broker = BrokerId(1), .incarnation = wire::Incarnation(0x1000000000001)};
  EXPECT(decode_identity(encode_identity(empty)) == empty);
}

TEST_CASE("a damaged identity, or one of a newer program, is refused by name") {
  std::string text = encode_identity(founded());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken[i] = broken[i] == '1' ? '2' : '1';
    if (i + 1 < text.size()) EXPECT(!decode_identity(broken));
  }
  EXPECT(decode_identity("").error().code == ErrorCode::IO_FAILED);
  std::string newer = "usher-broker-identity 2\nsomething\n";
  EXPECT(decode_identity(newer).error().code == ErrorCode::VERSION_UNSUPPORTED);
}

TEST_CASE("a directory whose data is lost is another replica of the same broker and cluster") {
  Random random(1);
  Identity lost = founded();
  Identity next = renewed(lost, random);
  EXPECT(next.incarnation != lost.incarnation);
  EXPECT(next.plan == lost.plan);
  EXPECT(next.renewed);
  EXPECT(decode_identity(encode_identity(next)) == next);
}

TEST_CASE("an incarnation names its broker and is never the same twice") {
  Random random(1);
  wire::Incarnation first = new_incarnation(BrokerId(65'535), random);
  EXPECT(broker_of(replica_of(first)) == BrokerId(65'535));
  EXPECT(new_incarnation(BrokerId(65'535), random) != first);
}

}  // namespace
}  // namespace usher::server

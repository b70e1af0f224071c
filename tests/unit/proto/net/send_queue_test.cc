#include "proto/net/send_queue.h"

#include <array>
#include <string>

#include "proto/base/limits.h"
#include "proto/base/random.h"

#include "tests/contract/connection_recorder.h"
#include "tests/doctest.h"

namespace usher::net {
namespace {

constexpr size_t kHeader = wire::kFrameHeaderBytes;

struct Queues {
  explicit Queues(size_t budget_bytes = limits::kMiB)
      : budget(std::make_shared<SendBudget>(budget_bytes)) {}
  std::unique_ptr<SendQueue> queue(size_t limit, int& rooms) {
    return std::make_unique<SendQueue>(limit, budget, [&rooms] { ++rooms; });
  }
  std::shared_ptr<SendBudget> budget;
};

// Takes at most `bytes` off the front, as a kernel would.
std::string take(SendQueue& queue, size_t bytes, size_t pieces_at_once = 64) {
  std::array<Bytes, 64> pieces;
  size_t count = queue.gather(std::span(pieces).first(pieces_at_once));
  std::string taken;
  for (Bytes piece : std::span(pieces).first(count)) taken += as_text(piece);
  taken.resize(std::min(taken.size(), bytes));
  queue.sent(taken.size());
  return taken;
}

TEST_CASE("what is gathered is the frames' bytes in order, however little is taken at a time") {
  int rooms = 0;
  std::string whole;
  Random random(3);
  for (size_t most : {1uz, 7uz, 100uz, 100'000uz}) {
    auto queue = Queues().queue(limits::kMiB, rooms);
    std::string expected;
    for (uint64_t i = 0; i < 20; ++i) {
      wire::Frame frame = text_frame("envelope " + std::to_string(i), i);
      for (std::string_view piece : {"a piece", "", "another"})
        frame.payload.push_back(Buffer::copy_of(as_bytes(piece)));
      auto header = wire::encode_frame_header(frame);
      expected += as_text(*header);
      expected += text_of(frame) + "a pieceanother";
      REQUIRE(queue->push(std::move(frame)));
    }
    EXPECT(queue->bytes() == expected.size());
    std::string taken;
    while (!queue->empty()) taken += take(*queue, random.between(1, most), random.between(1, 64));
    EXPECT(taken == expected);
    EXPECT(queue->bytes() == 0);
  }
}

TEST_CASE("payloads are given out where they stand, not copied") {
  int rooms = 0;
  auto queue = Queues().queue(limits::kMiB, rooms);
  Buffer payload = Buffer::copy_of(as_bytes("payload"));
  wire::Frame frame = text_frame("envelope");
  frame.payload = {payload};
  REQUIRE(queue->push(std::move(frame)));
  std::array<Bytes, 8> pieces;
  REQUIRE(queue->gather(pieces) == 3);
  EXPECT(pieces[0].size() == kHeader);
  EXPECT(pieces[2].data() == payload.data());
}

TEST_CASE("a full queue refuses, leaves the frame, and tells of room once at half") {
  int rooms = 0;
  auto queue = Queues().queue(1'000, rooms);
  for (int i = 0; i < 4; ++i) REQUIRE(queue->push(text_frame(std::string(200, 'x'))));
  wire::Frame refused = text_frame(std::string(200, 'y'));
  EXPECT(queue->push(std::move(refused)).error().code == ErrorCode::QUEUE_FULL);
  EXPECT(queue->push(std::move(refused)).error().code == ErrorCode::QUEUE_FULL);
  EXPECT(refused.envelope.size() == 200);
  take(*queue, queue->bytes() - 501);
  EXPECT(rooms == 0);
  take(*queue, 1);
  EXPECT(rooms == 1);
  take(*queue, 500);
  EXPECT(rooms == 1);
  EXPECT(queue->push(std::move(refused)));
}

TEST_CASE("a queue that was never refused tells nothing, and an empty one takes any frame") {
  int rooms = 0;
  auto queue = Queues().queue(100, rooms);
  REQUIRE(queue->push(big_frame(10'000)));
  take(*queue, 5'000);
  EXPECT(!queue->push(text_frame("")));
  while (!queue->empty()) take(*queue, 5'000);
  EXPECT(rooms == 1);
  REQUIRE(queue->push(big_frame(10'000)));
  while (!queue->empty()) take(*queue, 5'000);
  EXPECT(rooms == 1);
}

TEST_CASE("queues of one budget share it, and all that were refused hear when half is free") {
  int rooms_a = 0, rooms_b = 0, rooms_c = 0;
  Queues queues(1'000);
  auto a = queues.queue(10'000, rooms_a);
  auto b = queues.queue(10'000, rooms_b);
  auto c = queues.queue(10'000, rooms_c);
  REQUIRE(a->push(text_frame(std::string(900, 'x'))));
  EXPECT(b->push(text_frame(std::string(100, 'x'))).error().code == ErrorCode::QUEUE_FULL);
  EXPECT(b->push(text_frame(std::string(100, 'x'))).error().code == ErrorCode::QUEUE_FULL);
  EXPECT(c->push(text_frame(std::string(100, 'x'))).error().code == ErrorCode::QUEUE_FULL);
  c.reset();
  SUBCASE("as frames leave") {
    take(*a, 900 + kHeader - 501);
    EXPECT(rooms_b == 0);
    take(*a, 1);
  }
  SUBCASE("as a queue is cleared") { a->clear(); }
  SUBCASE("as a queue goes") { a.reset(); }
  EXPECT(rooms_a == 0);
  EXPECT(rooms_b == 1);
  EXPECT(rooms_c == 0);
  EXPECT(b->push(text_frame(std::string(100, 'x'))));
  a.reset();
  b.reset();
  EXPECT(queues.budget->used() == 0);
}

TEST_CASE("a frame over the limits of frames is refused as such") {
  int rooms = 0;
  auto queue = Queues(100 * limits::kMiB).queue(100 * limits::kMiB, rooms);
  wire::Frame frame = text_frame("x");
  frame.payload = {Buffer(OwnedBytes(limits::kPayloadBytes + 1))};
  EXPECT(queue->push(std::move(frame)).error().code == ErrorCode::TOO_LARGE);
  EXPECT(queue->empty());
}

}  // namespace
}  // namespace usher::net

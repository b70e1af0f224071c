#include "broker/log/retention.h"

#include "tests/doctest.h"

namespace usher::log {
namespace {

constexpr TopicId kOrders{20};
constexpr TopicId kClicks{21};
constexpr TopicId kOfTheLog{1};

// Segments of ten offsets and ten seconds each; in each of them so many bytes of each topic.
std::deque<SegmentSummary> segments(const std::vector<std::map<TopicId, uint64_t>>& bytes) {
  std::deque<SegmentSummary> all;
  for (size_t i = 0; i < bytes.size(); ++i) {
    SegmentSummary one;
    one.base = Offset(10 * i);
    one.end = Offset(10 * i + 10);
    one.last_time = WallTime(10'000'000 * static_cast<int64_t>(i + 1));
    for (const auto& [topic, held] : bytes[i]) one.topics[topic].bytes = held;
    all.push_back(one);
  }
  return all;
}

constexpr WallTime kNow{30'000'000};
constexpr Offset kEverything{1000};

TEST_CASE("what is older than its topic allows goes, the rest stays") {
  auto log = segments({{{kOrders, 5}}, {{kOrders, 5}}, {{kOrders, 5}}});
  auto removed = [&](std::chrono::microseconds age) {
    return segments_to_remove(log, {.topics = {{kOrders, {.age_max = age}}}}, kNow, kEverything);
  };
  EXPECT(removed(std::chrono::seconds(30)) == 0);
  EXPECT(removed(std::chrono::seconds(15)) == 1);
  EXPECT(removed(std::chrono::seconds(10)) == 1);
  EXPECT(removed(std::chrono::seconds(9)) == 2);
  EXPECT(removed(std::chrono::seconds(0)) == 2);
}

TEST_CASE("what stands before a topic's last bytes goes") {
  auto log = segments({{{kOrders, 5}}, {{kOrders, 5}}, {{kOrders, 5}}});
  auto removed = [&](uint64_t bytes) {
    return segments_to_remove(log, {.topics = {{kOrders, {.bytes_max = bytes}}}}, kNow,
                              kEverything);
  };
  EXPECT(removed(11) == 0);
  EXPECT(removed(10) == 1);
  EXPECT(removed(5) == 2);
}

TEST_CASE("every topic in a segment must allow it, but for the log's own") {
  RetentionRules rules{.topics = {{kOrders, {.bytes_max = 0}}}};
  auto removed = [&](const std::vector<std::map<TopicId, uint64_t>>& bytes) {
    return segments_to_remove(segments(bytes), rules, kNow, kEverything);
  };
  EXPECT(removed({{{kOrders, 5}}, {{kOrders, 5}, {kClicks, 1}}, {{kOrders, 5}}}) == 1);
  EXPECT(removed({{{kOrders, 5}}, {{kOrders, 5}, {kOfTheLog, 1}}, {{kOrders, 5}}}) == 3);
  rules.topics[kClicks] = {};
  EXPECT(removed({{{kClicks, 5}}}) == 0);
}

TEST_CASE("nothing above the limit goes, and nothing of a space with changelogs") {
  auto log = segments({{{kOrders, 5}}, {{kOrders, 5}}, {{kOrders, 5}}});
  RetentionRules rules{.topics = {{kOrders, {.bytes_max = 0}}}};
  EXPECT(segments_to_remove(log, rules, kNow, Offset(20)) == 2);
  EXPECT(segments_to_remove(log, rules, kNow, Offset(19)) == 1);
  rules.carries_changelogs = true;
  EXPECT(segments_to_remove(log, rules, kNow, kEverything) == 0);
}

}  // namespace
}  // namespace usher::log

#include <map>

#include "processors/state/memory_store.h"
#include "processors/state/store.h"
#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::state {
namespace {

constexpr TopicId kOne{30};
constexpr TopicId kTwo{31};

std::string all(const Store& store) {
  std::string text;
  store.range("", "", [&](std::string_view key, std::string_view value) {
    text += std::string(key) + "=" + std::string(value) + " ";
    return true;
  });
  return text;
}

struct Fixture {
  MemoryStore committed;
  TaskState state{committed};
  Store one{state, kOne};
  Store two{state, kTwo};

  void commit(size_t steps) { REQUIRE(state.commit(steps, Stamp())); }
};

TEST_CASE("a store sees its own changes, of all steps in flight, and no other store's") {
  Fixture f;
  f.one.put("a", "1");
  f.two.put("a", "2");
  f.state.seal();
  f.one.put("b", "3");
  EXPECT(all(f.one) == "a=1 b=3 ");
  EXPECT(all(f.two) == "a=2 ");
  EXPECT(f.one.get("a") == "1");
  f.one.erase("a");
  EXPECT(f.one.get("a") == std::nullopt);
  EXPECT(all(f.one) == "b=3 ");
  EXPECT(f.committed.size() == 0);
}

TEST_CASE("the oldest steps are committed, the rest is dropped") {
  Fixture f;
  f.one.put("a", "1");
  f.state.seal();
  Digest after_first = f.state.digest();
  f.one.put("a", "2");
  f.one.put("b", "2");
  f.state.seal();
  f.one.erase("a");
  f.commit(1);
  EXPECT(f.committed.stamp().digest == after_first);
  EXPECT(all(f.one) == "b=2 ");
  f.state.drop();
  EXPECT(all(f.one) == "a=1 ");
  EXPECT(f.state.digest() == after_first);
}

TEST_CASE("several steps are committed in one write, and the last value counts") {
  Fixture f;
  for (const char* value : {"1", "2", "3"}) {
    f.one.put("a", value);
    f.state.seal();
  }
  f.commit(3);
  EXPECT(f.committed.size() == 1);
  f.state.drop();
  EXPECT(f.one.get("a") == "3");
}

// What is written below, in the order in which it comes.
class WritesSeen final : public CommittedStore {
 public:
  Result<std::optional<std::string>> get(std::string_view key) const override {
    ++reads;
    return below.get(key);
  }
  Result<void> scan(std::string_view from, std::string_view to, const Visit& visit) const override {
    return below.scan(from, to, visit);
  }
  Result<void> write(std::span<const Change> changes, const Stamp& stamp) override {
    for (const Change& change : changes)
      written += std::string(change.key.substr(kStoreBytes)) + "=" +
                 std::string(change.value.value_or("none")) + " ";
    return below.write(changes, stamp);
  }
  const Stamp& stamp() const override { return below.stamp(); }
  std::unique_ptr<Snapshot> snapshot() const override { return below.snapshot(); }
  Result<void> wipe() override { return below.wipe(); }

  MemoryStore below;
  std::string written;
  mutable size_t reads = 0;
};

TEST_CASE("what is committed goes down in the order of keys, each once, with its newest value") {
  WritesSeen store;
  TaskState state(store);
  Store one(state, kOne);
  for (const char* value : {"1", "2"}) {
    for (const char* key : {"c", "a", "d", "b"}) one.put(key, value);
    state.seal();
  }
  one.erase("a");
  state.seal();
  one.put("b", "4");
  state.seal();
  REQUIRE(state.commit(3, Stamp()));
  EXPECT(store.written == "a=none b=2 c=2 d=2 ");
  REQUIRE(state.commit(1, Stamp()));
  EXPECT(store.written == "a=none b=2 c=2 d=2 b=4 ");
}

TEST_CASE("that a key is not there is looked up once, by a get and the put behind it") {
  WritesSeen store;
  TaskState state(store);
  Store one(state, kOne);
  EXPECT(one.get("a") == std::nullopt);
  EXPECT(one.get("b") == std::nullopt);
  one.put("a", "1");
  one.put("b", "1");
  one.put("a", "2");
  EXPECT(store.reads == 2);
  EXPECT(one.get("a") == "2");
  TaskState::Mark mark = state.mark();
  one.put("a", "3");
  one.erase("b");
  state.rollback(mark);
  EXPECT(one.get("a") == "2");
  EXPECT(one.get("b") == "1");
  state.drop();
  EXPECT(one.get("a") == std::nullopt);
  EXPECT(state.digest() == Digest());
}

TEST_CASE("the open step goes back to its mark, digest and all") {
  Fixture f;
  f.one.put("a", "1");
  f.state.seal();
  f.one.put("b", "1");
  TaskState::Mark mark = f.state.mark();
  Digest digest = f.state.digest();
  f.one.put("a", "x");
  f.one.put("b", "x");
  f.one.put("b", "y");
  f.one.erase("a");
  f.one.put("c", "x");
  f.state.rollback(mark);
  EXPECT(all(f.one) == "a=1 b=1 ");
  EXPECT(f.state.digest() == digest);
  REQUIRE(f.state.changes().size() == 1);
  EXPECT(f.state.changes()[0].key == entry_key(kOne, "b"));
}

TEST_CASE("the changelog of a step has each key once, in order") {
  Fixture f;
  f.two.put("a", "1");
  f.one.put("b", "1");
  f.one.put("a", "1");
  f.one.put("b", "2");
  f.one.erase("none");
  auto changes = f.state.changes();
  REQUIRE(changes.size() == 3);
  EXPECT(changes[0].key == entry_key(kOne, "a"));
  EXPECT(changes[1].key == entry_key(kOne, "b"));
  EXPECT(changes[1].value == "2");
  EXPECT(changes[2].key == entry_key(kTwo, "a"));
}

TEST_CASE("a key that changes often weighs as much as its last value") {
  Fixture f;
  f.one.put("a", "123");
  size_t once = f.state.changed_bytes();
  f.one.put("a", "a longer value");
  auto mark = f.state.mark();
  size_t longer = f.state.changed_bytes();
  EXPECT(longer == once + 11);
  f.one.put("a", "");
  f.one.put("b", "1");
  f.state.rollback(mark);
  EXPECT(f.state.changed_bytes() == longer);
  f.state.seal();
  EXPECT(f.state.changed_bytes() == 0);
}

TEST_CASE("the digest does not depend on the way to a state, and an empty state has none") {
  Fixture f;
  f.one.put("a", "1");
  f.one.put("b", "2");
  Fixture g;
  g.one.put("b", "7");
  g.one.put("a", "1");
  g.one.put("c", "1");
  g.one.put("b", "2");
  g.one.erase("c");
  EXPECT(f.state.digest() == g.state.digest());
  f.two.put("a", "1");
  EXPECT(!(f.state.digest() == g.state.digest()));
  g.one.erase("a");
  g.one.erase("b");
  EXPECT(g.state.digest() == Digest());
}

TEST_CASE("a prefix scan gives the keys of the prefix, also where it ends in the last byte") {
  Fixture f;
  for (const char* key : {"a", "ab", "ac", "b", "a\xff", "a\xff\xff"}) f.one.put(key, "");
  int found = 0;
  f.one.prefix("a\xff", [&](std::string_view, std::string_view) { return ++found > 0; });
  EXPECT(found == 2);
}

// The twin: plain maps, one for each step in flight.
TEST_CASE("a thousand random histories agree with plain maps") {
  using Map = std::map<std::string, std::string>;
  for (uint64_t seed = 1; seed <= 1000; ++seed) {
    Random random(seed);
    Fixture f;
    Map committed;
    std::vector<Map> sealed;
    Map open;
    for (int i = 0; i < 60; ++i) {
      std::string key(1, static_cast<char>('a' + random.below(5)));
      switch (random.below(8)) {
        case 0:
          f.state.seal();
          sealed.push_back(open);
          break;
        case 1:
          if (sealed.empty()) break;
          f.commit(1);
          committed = sealed.front();
          sealed.erase(sealed.begin());
          break;
        case 2:
          if (!random.chance(1, 4)) break;
          f.state.drop();
          sealed.clear();
          open = committed;
          break;
        case 3: {
          auto mark = f.state.mark();
          f.one.put(key, "gone");
          f.one.erase("a");
          f.state.rollback(mark);
          break;
        }
        case 4:
          f.one.erase(key);
          open.erase(key);
          break;
        default:
          open[key] = std::to_string(i);
          f.one.put(key, open[key]);
      }
      std::string expected;
      for (const auto& [k, v] : open) expected += k + "=" + v + " ";
      CAPTURE(seed);
      REQUIRE(all(f.one) == expected);
      auto kept = f.committed.get(entry_key(kOne, key));
      REQUIRE(kept->value_or("none") == (committed.contains(key) ? committed[key] : "none"));
    }
    Digest sum;
    std::string scratch;
    for (const auto& [k, v] : open) sum = plus(sum, entry_digest(entry_key(kOne, k), v, scratch));
    REQUIRE(f.state.digest() == sum);
  }
}

}  // namespace
}  // namespace usher::state

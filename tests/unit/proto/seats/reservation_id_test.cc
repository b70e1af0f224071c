#include "proto/seats/reservation_id.h"

#include "proto/base/hash.h"
#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher::seats {
namespace {

constexpr WallTime kNow{1'795'000'000'123'456};

TEST_CASE("an id has its event's slot and, without a key, the time it was made") {
  ReservationId plain = make_id("concert", kNow, 42);
  EXPECT(plain.slot() == slot_of_key(as_bytes("concert")));
  EXPECT(plain.made_at() == WallTime(1'795'000'000'123'000));
  EXPECT(!plain.keyed());
  ReservationId keyed = make_keyed_id("concert", "ann", "key");
  EXPECT(keyed.slot() == plain.slot());
  EXPECT(keyed.keyed());
  EXPECT(!keyed.made_at());
}

TEST_CASE("the same event, user and key give the same id, any other gives another") {
  ReservationId id = make_keyed_id("concert", "ann", "key");
  EXPECT(id == make_keyed_id("concert", "ann", "key"));
  EXPECT(id != make_keyed_id("concert", "ann", "kez"));
  EXPECT(id != make_keyed_id("concert", "annk", "ey"));
  EXPECT(id != make_keyed_id("concerta", "nn", "key"));
}

TEST_CASE("ids do not change: what was given out once is found for ever") {
  EXPECT(make_id("concert", kNow, 42).text() == "3vy00t3vjpbsxg00000000001a");
  EXPECT(make_keyed_id("concert", "ann", "key").text() == "3vy7k5nqy91nm1hvtgktb017dg");
}

TEST_CASE("text and key lead back to the id, and keys are in the order of ids") {
  Random random(1);
  for (int i = 0; i < 1'000; ++i) {
    ReservationId id = make_id("event-" + std::to_string(i), kNow, random.next());
    if (i % 2 == 0) id = make_keyed_id("event", "ann", std::to_string(i));
    EXPECT(id.text().size() == 26);
    EXPECT(parse_reservation_id(id.text()) == id);
    EXPECT(reservation_id_of_key(id.key()) == id);
    ReservationId other{.high = random.next(), .low = random.next()};
    EXPECT((id < other) == (id.key() < other.key()));
  }
}

TEST_CASE("what is not the text of an id is refused") {
  std::string text = make_id("concert", kNow, 42).text();
  EXPECT(!parse_reservation_id(""));
  EXPECT(!parse_reservation_id(text + "0"));
  EXPECT(!parse_reservation_id(text.substr(1)));
  for (char wrong : {'A', 'i', 'l', 'o', 'u', '-', ' ', '\0', '\xff'}) {
    std::string changed = text;
    changed[5] = wrong;
    EXPECT(!parse_reservation_id(changed));
  }
  EXPECT(!parse_reservation_id("8" + text.substr(1)));
  // A kind that there is not.
  EXPECT(!parse_reservation_id(ReservationId{.high = uint64_t{2} << 48, .low = 1}.text()));
  EXPECT(!reservation_id_of_key("123456789012345"));
}

}  // namespace
}  // namespace usher::seats

#include "processors/apps/seats/orders.h"

#include "tests/unit/processors/apps/seats/asking.h"

namespace usher::seats {
namespace {

// A hall, and behind it the view that its completed records lead to.
class Viewed : public Asking {
 public:
  // What has gone out since the last time.
  void link() {
    for (; linked_ < records().size(); ++linked_) {
      const Record& record = records()[linked_];
      if (record.topic != Topic::kReservationCompleted) continue;
      std::string user = orders_key(*decode<Completed>(record.value));
      if (user.empty()) continue;
      view.apply_to(*note_order(view, {.topic = record.topic,
                                       .offset = Offset(1),
                                       .time = now(),
                                       .key = user,
                                       .value = record.value}));
    }
  }
  // "concert CONFIRMED A 2", in the order of the ids.
  std::vector<std::string> list(const std::string& user) {
    link();
    std::vector<std::string> lines;
    view.scan(Store::kOrders, user + "/", "", [&](std::string_view, std::string_view value) {
      auto entry = *decode<ReservationEntry>(value);
      lines.push_back(entry.event + " " + std::string(name_of(entry.status)) + " " + entry.section +
                      " " + std::to_string(entry.seats.size()));
      return true;
    });
    return lines;
  }

  struct View : Hall {
    void apply_to(const Decision& decision) { apply(decision); }
    void fire_at(WallTime time) {
      while (!timers().empty() && timers().begin()->deadline <= time) {
        TimerName due = *timers().begin();
        Decision gone = *note_order(*this, due);
        gone.timers.push_back({due, false});
        apply(gone);
      }
    }
  } view;

 private:
  size_t linked_ = 0;
};

using Lines = std::vector<std::string>;

TEST_CASE("the view has each reservation of a user once, as it is") {
  Viewed hall;
  hall.make(1, 10, {.dedup_s = 3'600});
  ReservationId first = hall.fresh_id(), second = hall.fresh_id();
  hall.reserve(first, {.count = 2});
  EXPECT(hall.list("ann") == Lines{"concert CONFIRMED A 2"});
  hall.reserve(second, {.count = 1});
  EXPECT(hall.list("ann") == Lines{"concert CONFIRMED A 2"});
  hall.pay(second);
  EXPECT(hall.list("ann") == Lines{"concert PAID A 2"});
  hall.reserve(hall.fresh_id(), {.section = "none", .user = "bob", .count = 1});
  EXPECT(hall.list("bob") == Lines{"concert REJECTED none 0"});
  EXPECT(hall.list("ann").size() == 1);
}

TEST_CASE("what changed nothing, is not known, or comes from elsewhere is not in the view") {
  Viewed hall;
  hall.make(1, 10);
  ReservationId id = make_keyed_id(kEvent, "ann", "k");
  hall.reserve(id, {.count = 2});
  hall.reserve(id, {.count = 3});
  hall.pay(hall.fresh_id());
  EXPECT(hall.list("ann") == Lines{"concert CONFIRMED A 2"});
  EXPECT(!note_order(hall.view, {.topic = Topic::kReservationCompleted,
                                 .offset = Offset(1),
                                 .time = hall.now(),
                                 .key = "ann",
                                 .value = "nonsense"}));
}

TEST_CASE("what was not sold leaves the view after a week, what was sold stays") {
  Viewed hall;
  hall.make(1, 10, {.dedup_s = 0});
  ReservationId paid = hall.fresh_id(), cancelled = hall.fresh_id();
  hall.reserve(paid, {.count = 1});
  hall.reserve(cancelled, {.count = 1});
  hall.pay(paid);
  hall.cancel(cancelled);
  EXPECT(hall.list("ann").size() == 2);
  hall.view.fire_at(hall.now() + 7 * 24h + -1us);
  EXPECT(hall.list("ann").size() == 2);
  hall.view.fire_at(hall.now() + 7 * 24h);
  EXPECT(hall.list("ann") == Lines{"concert PAID A 1"});
}

}  // namespace
}  // namespace usher::seats

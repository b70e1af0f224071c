// What gateway and command line do alike: make a command of the seats, put it into the log, wait
// for what was decided, and say it as a value. The only place outside of tests that makes commands.
//
//     reserve ───────→ command ─→ CommandLog ─→ durable ─→ PENDING; with a key: the state behind it
//     pay, cancel ───→ the state knows it? ─→ command ─→ durable ─→ the state behind it
//     change_event ──→ command ─→ durable ─→ its answer in the store `answers`
//     show, seats ───→ SeatsState
//
// On one scheduler's thread. An error whose outcome is unknown (Retry::kUnknown) means that the
// command may be in the log; any other, that nothing was done.
#pragma once

#include <memory>
#include <variant>

#include "client/booking/seams.h"
#include "proto/base/clock.h"
#include "proto/base/random.h"
#include "proto/seats/event.h"
#include "proto/seats/reservation.h"
#include "proto/seats/section_map.h"

namespace usher::booking {

// A reservation as the owner's state has it. A duplicate shows its first, and is marked.
struct View {
  seats::ReservationEntry entry = {};
  PartitionId partition = {};
  Offset holds_for = {};
};

enum class Standing : uint8_t {
  kKnown,
  kPending,  // not decided, as far as can be told in the time
  kUnknown,  // never decided, and no command of it is in the log
  kGone,     // without a key, and made so long ago that it has left the store
};
struct Shown {
  Standing standing = Standing::kUnknown;
  View view = {};  // where it is known
};

struct ReserveRequest {
  std::string event = {};
  seats::Reserve what = {};
  std::optional<std::string> key = {};
  // With a key: told as soon as it is durable, as without one.
  bool durable_is_enough = false;
  Trace trace = {};
};
struct Reserved {
  enum class Kind : uint8_t {
    kTaken,     // durable; without a key nobody has looked at it yet
    kRepeated,  // the same was asked for before: the view is what became of it
    kKeyReused  // another request has the key
  };
  Kind kind = Kind::kTaken;
  seats::ReservationId id = {};
  Place place = {};
  View view = {};  // with a key
};

enum class Settling : uint8_t { kPay, kCancel };
struct Settled {
  Standing standing = Standing::kUnknown;
  bool granted = false;
  View view = {};  // where it is known: afterwards
};

struct EventChanged {
  seats::SeatEvent became = {};
  PartitionId partition = {};
};
using EventWhat = decltype(seats::EventCommand::what);
struct SectionView {
  seats::SectionMap map;
  Offset holds_for = {};
};

// As it stands in the log, for whoever puts it there without waiting for its outcome.
std::string command_of(const seats::ReservationId& id, seats::Reserve what);
struct UserOrders {
  struct Order {
    seats::ReservationId id;
    seats::ReservationEntry entry;
    PartitionId partition;
  };
  std::vector<Order> orders = {};
  bool more = false;  // there are others, later in the order of ids
  PartitionId partition = {};
  Offset holds_for = {};
};

seats::ReservationId id_of(const ReserveRequest& request, WallTime now, uint64_t random);

class Booking {
 public:
  template <class T>
  using Done = std::move_only_function<void(Result<T>)>;

  // All outlive it.
  Booking(CommandLog& log, SeatsState& state, const Clock& clock, Random random);
  // What is under way is not told any more.
  ~Booking() = default;
  Booking(const Booking&) = delete;
  Booking& operator=(const Booking&) = delete;

  // Gives the id at once: it names the reservation whatever comes of it.
  seats::ReservationId reserve(ReserveRequest request, Done<Reserved> done);
  // Waits while it is not decided.
  void show(const seats::ReservationId& id, Duration wait, Done<Shown> done);
  // The log decides; a state that is final already decides without it.
  void settle(const seats::ReservationId& id, Settling what, Trace trace, Done<Settled> done);
  void change_event(std::string event, EventWhat what, Trace trace, Done<EventChanged> done);
  // None: there is no such section.
  void seats(std::string_view event, std::string_view section,
             Done<std::optional<SectionView>> done);
  // May lag behind what show() says.
  void orders(std::string_view user, Done<UserOrders> done);
  void event(std::string_view event, Done<std::optional<seats::EventEntry>> done);

 private:
  // The reservation behind an answer; of a duplicate its first is asked for.
  void resolve(const seats::ReservationId& id, Answer answer, Done<std::optional<View>> done);
  // After its command at `place` was decided.
  void view_behind(const seats::ReservationId& id, Place place, Done<View> done);
  void settle_in_log(const seats::ReservationId& id, Settling what, const Trace& trace,
                     std::string event, Done<Settled> done);
  void answer_behind(std::string_view event, const seats::CommandId& command, Place place,
                     Done<EventChanged> done);
  Standing standing_of_nothing(const seats::ReservationId& id) const;
  template <class T, class Call>
  auto guarded(Call call);

  CommandLog& log_;
  SeatsState& state_;
  const Clock& clock_;
  Random random_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::booking

#include "client/booking/booking.h"

#include <utility>

#include "proto/base/hash.h"
#include "proto/base/limits.h"
#include "proto/seats/codec.h"

namespace usher::booking {
namespace {

using seats::ReservationId;
using seats::Store;

// The command is durable: that its outcome was not heard makes it unknown, never undone.
std::unexpected<Error> unheard(const Error& why) {
  return fail(ErrorCode::TIMED_OUT,
              "it is in the log, and what became of it was not told in time: " +
                  std::string(why.name()) + ": " + why.detail);
}

Offset behind(Place place) { return Offset(place.offset.value() + 1); }

bool wants(Settling what, seats::Status status) {
  return status == (what == Settling::kPay ? seats::Status::kPaid : seats::Status::kCancelled);
}

template <class Value>
Result<std::optional<Value>> decoded(const std::optional<std::string>& bytes) {
  if (!bytes) return std::optional<Value>();
  TRY_ASSIGN(Value value, seats::decode<Value>(*bytes));
  return std::optional<Value>(std::move(value));
}

}  // namespace

ReservationId id_of(const ReserveRequest& request, WallTime now, uint64_t random) {
  if (request.key) return seats::make_keyed_id(request.event, request.what.user, *request.key);
  return seats::make_id(request.event, now, random);
}

std::string command_of(const ReservationId& id, seats::Reserve what) {
  return encode(seats::ReservationCommand{.id = id, .what = std::move(what)});
}

Booking::Booking(CommandLog& log, SeatsState& state, const Clock& clock, Random random)
    : log_(log), state_(state), clock_(clock), random_(random) {}

// Answers that come when the Booking is gone find nobody.
template <class T, class Call>
auto Booking::guarded(Call call) {
  return [alive = std::weak_ptr(alive_), call = std::move(call)](Result<T> result) mutable {
    if (!alive.expired()) call(std::move(result));
  };
}

// --- asking ---

void Booking::resolve(const ReservationId& id, Answer answer, Done<std::optional<View>> done) {
  auto entry = decoded<seats::ReservationEntry>(answer.value);
  if (!entry) return done(std::unexpected(entry.error()));
  if (!*entry) return done(std::optional<View>());
  if ((*entry)->kind != seats::EntryKind::kDuplicate)
    return done(View{
        .entry = std::move(**entry), .partition = answer.partition, .holds_for = answer.holds_for});
  ReservationId first = (*entry)->first;
  state_.ask({.store = Store::kReservations,
              .slot = id.slot(),
              .key = first.key(),
              .at_least = answer.holds_for,
              .wait = {}},
             guarded<Answer>([first, done = std::move(done)](Result<Answer> found) mutable {
               if (!found) return done(std::unexpected(found.error()));
               auto whole = decoded<seats::ReservationEntry>(found->value);
               if (!whole) return done(std::unexpected(whole.error()));
               if (!*whole) return done(std::optional<View>());
               View view{.entry = std::move(**whole),
                         .partition = found->partition,
                         .holds_for = found->holds_for};
               view.entry.kind = seats::EntryKind::kDuplicate;
               view.entry.first = first;
               done(std::move(view));
             }));
}

// One without a key was rejected, or finished, and has left; a younger one was never decided.
Standing Booking::standing_of_nothing(const ReservationId& id) const {
  auto made_at = id.made_at();
  if (made_at && clock_.wall() - *made_at > limits::kRejectedStays) return Standing::kGone;
  return Standing::kUnknown;
}

void Booking::show(const ReservationId& id, Duration wait, Done<Shown> done) {
  auto take = [this, id, done = std::move(done)](Result<Answer> answer) mutable {
    if (!answer && answer.error().code == ErrorCode::TIMED_OUT)
      return done(Shown{.standing = Standing::kPending, .view = {}});
    if (!answer) return done(std::unexpected(answer.error()));
    resolve(id, std::move(*answer),
            [this, id, done = std::move(done)](Result<std::optional<View>> view) mutable {
              if (!view) return done(std::unexpected(view.error()));
              if (!*view) return done(Shown{.standing = standing_of_nothing(id), .view = {}});
              done(Shown{.standing = Standing::kKnown, .view = std::move(**view)});
            });
  };
  state_.ask({.store = Store::kReservations,
              .slot = id.slot(),
              .key = id.key(),
              .at_least = {},
              .wait = wait},
             guarded<Answer>(std::move(take)));
}

void Booking::view_behind(const ReservationId& id, Place place, Done<View> done) {
  auto seen = [done = std::move(done)](Result<std::optional<View>> view) mutable {
    if (!view) return done(unheard(view.error()));
    if (!*view)
      return done(fail(ErrorCode::INTERNAL, "a command was decided and left nothing behind"));
    done(std::move(**view));
  };
  state_.ask({.store = Store::kReservations,
              .slot = id.slot(),
              .key = id.key(),
              .at_least = behind(place),
              .wait = {}},
             guarded<Answer>([this, id, seen = std::move(seen)](Result<Answer> answer) mutable {
               if (!answer) return seen(std::unexpected(answer.error()));
               resolve(id, std::move(*answer), std::move(seen));
             }));
}

void Booking::seats(std::string_view event, std::string_view section,
                    Done<std::optional<SectionView>> done) {
  auto take = [done = std::move(done)](Result<Answer> answer) mutable {
    if (!answer) return done(std::unexpected(answer.error()));
    auto map = decoded<seats::SectionMap>(answer->value);
    if (!map) return done(std::unexpected(map.error()));
    if (!*map) return done(std::optional<SectionView>());
    done(SectionView{.map = std::move(**map), .holds_for = answer->holds_for});
  };
  state_.ask({.store = Store::kSections,
              .slot = slot_of_key(as_bytes(event)),
              .key = seats::section_key(event, section),
              .at_least = {},
              .wait = {}},
             guarded<Answer>(std::move(take)));
}

void Booking::event(std::string_view event, Done<std::optional<seats::EventEntry>> done) {
  auto take = [done = std::move(done)](Result<Answer> answer) mutable {
    if (!answer) return done(std::unexpected(answer.error()));
    done(decoded<seats::EventEntry>(answer->value));
  };
  state_.ask({.store = Store::kEvents,
              .slot = slot_of_key(as_bytes(event)),
              .key = std::string(event),
              .at_least = {},
              .wait = {}},
             guarded<Answer>(std::move(take)));
}

void Booking::orders(std::string_view user, Done<UserOrders> done) {
  auto take = [done = std::move(done)](Result<Orders> told) mutable {
    if (!told) return done(std::unexpected(told.error()));
    UserOrders orders{.orders = {},
                      .more = told->more,
                      .partition = told->partition,
                      .holds_for = told->holds_for};
    for (const Orders::Order& order : told->orders) {
      auto entry = seats::decode<seats::ReservationEntry>(order.entry);
      if (!entry) return done(std::unexpected(entry.error()));
      orders.orders.push_back(
          {.id = order.id, .entry = std::move(*entry), .partition = order.partition});
    }
    done(std::move(orders));
  };
  state_.orders_of(user, guarded<Orders>(std::move(take)));
}

// --- commands ---

ReservationId Booking::reserve(ReserveRequest request, Done<Reserved> done) {
  ReservationId id = id_of(request, clock_.wall(), random_.next());
  Digest body = digest_of(request.what);
  std::string command = command_of(id, std::move(request.what));
  bool is_enough = !id.keyed() || request.durable_is_enough;
  auto written = [this, id, body, is_enough, done = std::move(done)](Result<Place> place) mutable {
    if (!place) return done(std::unexpected(place.error()));
    Reserved reserved{.kind = Reserved::Kind::kTaken, .id = id, .place = *place, .view = {}};
    if (is_enough) return done(std::move(reserved));
    auto seen = [reserved, body, done = std::move(done)](Result<View> view) mutable {
      if (!view) return done(std::unexpected(view.error()));
      if (view->entry.body != body)
        reserved.kind = Reserved::Kind::kKeyReused;
      else if (view->entry.offset != reserved.place.offset)
        reserved.kind = Reserved::Kind::kRepeated;
      reserved.view = std::move(*view);
      done(std::move(reserved));
    };
    view_behind(id, *place, std::move(seen));
  };
  log_.write(seats::Topic::kReservationCommands, request.event, std::move(command), request.trace,
             guarded<Place>(std::move(written)));
  return id;
}

void Booking::settle(const ReservationId& id, Settling what, Trace trace, Done<Settled> done) {
  auto take = [this, id, what, trace = std::move(trace),
               done = std::move(done)](Result<Shown> shown) mutable {
    if (!shown) return done(std::unexpected(shown.error()));
    // Nothing was written.
    if (shown->standing == Standing::kPending)
      return done(fail(ErrorCode::NOT_OWNER, "the reservation is not decided yet"));
    if (shown->standing != Standing::kKnown)
      return done(Settled{.standing = shown->standing, .granted = false, .view = {}});
    seats::Status status = shown->view.entry.status;
    if (is_final(status))
      return done(Settled{.standing = Standing::kKnown,
                          .granted = wants(what, status),
                          .view = std::move(shown->view)});
    settle_in_log(id, what, trace, shown->view.entry.event, std::move(done));
  };
  show(id, {}, std::move(take));
}

void Booking::settle_in_log(const ReservationId& id, Settling what, const Trace& trace,
                            std::string event, Done<Settled> done) {
  seats::ReservationCommand command{.id = id, .what = seats::Pay{}};
  if (what == Settling::kCancel) command.what = seats::Cancel{};
  auto written = [this, id, what, done = std::move(done)](Result<Place> place) mutable {
    if (!place) return done(std::unexpected(place.error()));
    view_behind(id, *place, [what, done = std::move(done)](Result<View> view) mutable {
      if (!view) return done(std::unexpected(view.error()));
      bool granted = wants(what, view->entry.status);
      done(Settled{.standing = Standing::kKnown, .granted = granted, .view = std::move(*view)});
    });
  };
  log_.write(seats::Topic::kReservationCommands, event, encode(command), trace,
             guarded<Place>(std::move(written)));
}

void Booking::answer_behind(std::string_view event, const seats::CommandId& command, Place place,
                            Done<EventChanged> done) {
  auto take = [done = std::move(done)](Result<Answer> answer) mutable {
    if (!answer) return done(unheard(answer.error()));
    auto became = decoded<seats::SeatEvent>(answer->value);
    if (!became) return done(std::unexpected(became.error()));
    if (!*became)
      return done(fail(ErrorCode::INTERNAL, "a command was decided and left no answer"));
    done(EventChanged{.became = std::move(**became), .partition = answer->partition});
  };
  state_.ask({.store = Store::kAnswers,
              .slot = slot_of_key(as_bytes(event)),
              .key = answer_key(event, command),
              .at_least = behind(place),
              .wait = {}},
             guarded<Answer>(std::move(take)));
}

void Booking::change_event(std::string event, EventWhat what, Trace trace,
                           Done<EventChanged> done) {
  seats::EventCommand command{.command = {.high = random_.next(), .low = random_.next()},
                              .what = std::move(what)};
  auto written = [this, event, id = command.command,
                  done = std::move(done)](Result<Place> place) mutable {
    if (!place) return done(std::unexpected(place.error()));
    answer_behind(event, id, *place, std::move(done));
  };
  log_.write(seats::Topic::kEventCommands, event, encode(command), trace,
             guarded<Place>(std::move(written)));
}

}  // namespace usher::booking

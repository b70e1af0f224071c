// The calls about reservations.
#include "client/gateway/bodies.h"
#include "client/gateway/call.h"
#include "client/gateway/views.h"

namespace usher::gateway {
namespace {

using booking::Reserved;
using booking::Standing;
using seats::ReservationId;

std::string path_of(const ReservationId& id) { return "/api/reservations/" + id.text(); }

std::unexpected<Problem> key_reused(const ReservationId& id) {
  return std::unexpected(Problem{.status = 422,
                                 .code = "KEY_REUSED",
                                 .detail = "the key was used for another request; take another key",
                                 .reservation = id.text()});
}

Answered known(unsigned status, const ReservationId& id, const booking::View& view) {
  return {.status = status, .body = reservation_json(id, view.entry, view.partition)};
}

std::unexpected<Problem> not_there(Standing standing, const ReservationId& id) {
  if (standing == Standing::kGone)
    return refuse(410, "GONE", "reservation " + id.text() + " is over and no longer kept here");
  return refuse(404, "UNKNOWN_RESERVATION", "there is no reservation " + id.text());
}

void into_log(const Sources& from, booking::ReserveRequest request, Reply reply) {
  // Known before anything is done; named by whatever comes of it.
  auto named = std::make_shared<ReservationId>();
  auto done = [named, reply = std::move(reply)](Result<Reserved> reserved) mutable {
    if (!reserved) {
      Problem problem = problem_of(reserved.error());
      if (problem.status == 504) problem.reservation = named->text();
      return reply(std::unexpected(std::move(problem)));
    }
    switch (reserved->kind) {
      case Reserved::Kind::kKeyReused:
        return reply(key_reused(reserved->id));
      case Reserved::Kind::kRepeated:
        return reply(known(200, reserved->id, reserved->view));
      case Reserved::Kind::kTaken:
        return reply(Answered{
            .status = 202, .body = pending_json(reserved->id), .location = path_of(reserved->id)});
    }
  };
  *named = from.booking.reserve(std::move(request), std::move(done));
}

// The cache knows that there are not enough seats.
void turn_away(const Sources& from, Reply reply) {
  from.cache_rejections->add();
  reply(refuse(409, "SOLD_OUT", "fewer seats are left than were asked for"));
}

// A key may be one that has its seats already: its owner says so before anybody is turned away.
void turn_away_or_repeat(const Sources& from, booking::ReserveRequest request, Reply reply) {
  ReservationId id = seats::make_keyed_id(request.event, request.what.user, *request.key);
  auto done = [&from, id, request = std::move(request),
               reply = std::move(reply)](Result<booking::Shown> shown) mutable {
    // Nobody knows: the log decides.
    if (!shown || shown->standing == Standing::kPending)
      return into_log(from, std::move(request), std::move(reply));
    if (shown->standing != Standing::kKnown) return turn_away(from, std::move(reply));
    if (shown->view.entry.body != digest_of(request.what)) return reply(key_reused(id));
    reply(known(200, id, shown->view));
  };
  from.booking.show(id, {}, std::move(done));
}

void settle(const Sources& from, const ReservationId& id, booking::Settling what, Asked asked,
            Reply reply) {
  if (auto empty = expect_no_body(asked.body); !empty)
    return reply(std::unexpected(std::move(empty).error()));
  auto done = [id, reply = std::move(reply)](Result<booking::Settled> settled) mutable {
    if (!settled) {
      Problem problem = problem_of(settled.error());
      if (problem.status == 504) problem.reservation = id.text();
      return reply(std::unexpected(std::move(problem)));
    }
    if (settled->standing != Standing::kKnown) return reply(not_there(settled->standing, id));
    if (settled->granted) return reply(known(200, id, settled->view));
    const seats::ReservationEntry& entry = settled->view.entry;
    reply(std::unexpected(
        Problem{.status = 409,
                .code = "WRONG_STATE",
                .detail = "the reservation is " + std::string(name_of(entry.status)),
                .reservation_json = reservation_json(id, entry, settled->view.partition)}));
  };
  from.booking.settle(id, what, std::move(asked.trace), std::move(done));
}

}  // namespace

void answer(const Sources& from, const ReserveRoute&, Asked asked, Reply reply) {
  auto body = parse_reserve(asked.body);
  if (!body) return reply(std::unexpected(std::move(body).error()));
  booking::ReserveRequest request{.event = std::move(body->event),
                                  .what = std::move(body->reserve),
                                  .key = std::move(asked.key),
                                  .trace = std::move(asked.trace)};
  bool turns_away =
      from.cache_rejects && from.cache.surely_sold_out(request.event, request.what.section,
                                                       request.what.count, from.clock.monotonic());
  if (!turns_away) return into_log(from, std::move(request), std::move(reply));
  if (!request.key) return turn_away(from, std::move(reply));
  turn_away_or_repeat(from, std::move(request), std::move(reply));
}

void answer(const Sources& from, const ShowReservationRoute& route, Asked, Reply reply) {
  auto done = [id = route.id, reply = std::move(reply)](Result<booking::Shown> shown) mutable {
    if (!shown) return reply(std::unexpected(unread(shown.error())));
    switch (shown->standing) {
      case Standing::kKnown:
        return reply(known(200, id, shown->view));
      case Standing::kPending:
        return reply(Answered{.body = pending_json(id)});
      case Standing::kUnknown:
      case Standing::kGone:
        return reply(not_there(shown->standing, id));
    }
  };
  from.booking.show(route.id, route.wait, std::move(done));
}

void answer(const Sources& from, const PayRoute& route, Asked asked, Reply reply) {
  settle(from, route.id, booking::Settling::kPay, std::move(asked), std::move(reply));
}

void answer(const Sources& from, const CancelRoute& route, Asked asked, Reply reply) {
  settle(from, route.id, booking::Settling::kCancel, std::move(asked), std::move(reply));
}

void answer(const Sources& from, const UserRoute& route, Asked, Reply reply) {
  auto done = [reply = std::move(reply)](Result<booking::UserOrders> orders) mutable {
    if (!orders) return reply(std::unexpected(unread(orders.error())));
    reply(Answered{.body = orders_json(*orders)});
  };
  from.booking.orders(route.user, std::move(done));
}

}  // namespace usher::gateway

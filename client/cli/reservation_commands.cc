// usher reserve, usher reservation …
#include <fmt/format.h>

#include "client/cli/cluster_command.h"
#include "client/cli/commands.h"
#include "client/cli/gateway_url.h"
#include "client/cli/output.h"
#include "client/cli/reservation_text.h"
#include "client/cli/seats_session.h"
#include "client/cli/seats_values.h"
#include "client/gateway/views.h"
#include "proto/base/limits.h"
#include "proto/service/exit_code.h"

namespace usher::cli {
namespace {

using booking::Standing;
using seats::ReservationId;

service::ValueType<ReservationId> reservation_id_value() {
  return {"ID", seats::parse_reservation_id, [](const ReservationId& id) { return id.text(); }};
}

std::string json_of(const ReservationId& id, const booking::View& view) {
  return gateway::reservation_json(id, view.entry, view.partition);
}

std::unexpected<Error> not_there(Standing standing, const ReservationId& id) {
  if (standing == Standing::kGone)
    return fail(ErrorCode::NOT_FOUND, id.text() + " is over and no longer kept here");
  return fail(ErrorCode::NOT_FOUND, "there is no reservation " + id.text());
}

// What may still come of it is no failure of the command: 5.
Result<int> no_outcome(Error why) {
  if (why.retry() == Retry::kNever) return std::unexpected(std::move(why));
  service::report(why);
  return service::kNoOutcome;
}

int refused(std::string_view code, std::string_view detail) {
  remark(fmt::format("error: {}: {}", code, detail));
  return service::kRefused;
}

class ReserveCommand final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add("event", name_value(), event_, "Which event.").is_required = true;
    settings.add("section", name_value(), section_, "Which of its sections.");
    settings.add("count", service::integer_value(1, limits::kSeatsPerReservation), count_,
                 "How many seats, the best available side by side.");
    settings.add("user", name_value(), user_, "For whom.").is_required = true;
    settings.add_list("seats", seat_value(), seats_, "Exactly these, instead of --count.");
    settings.add("split", service::boolean_value(), split_,
                 "Apart from each other, where they are not to be had together.");
    settings.add("idempotency_key", service::path_value(), key_,
                 "The same again is the same reservation. Default: a new one");
    settings.add("wait", duration_or_0_value(24h), wait_,
                 "How long to wait for the outcome; 0: not at all.");
    settings.add("url", http_url_value(), url_, "Through this gateway, as http://HOST:PORT.");
  }

  bool needs_cluster() const override { return !url_; }

  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(seats::Reserve what, body());
    bool has_key = key_.has_value();
    if (!has_key && wait_ > Duration::zero())
      key_ = fmt::format("usher-{:016x}{:016x}", seed_from_system(), seed_from_system());
    if (url_) return through_gateway(session, what);
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    MonotonicTime until = session.clock().monotonic() + wait_;
    for (;;) {
      ReservationId id;
      auto reserved = seats->wait<booking::Reserved>([&](auto answer) {
        id = seats->booking().reserve({.event = event_,
                                       .what = what,
                                       .key = key_,
                                       .durable_is_enough = wait_ == Duration::zero()},
                                      std::move(answer));
      });
      if (reserved) return tell(*reserved);
      if (reserved.error().retry() == Retry::kNever) return std::unexpected(reserved.error());
      // With its own key to go by, the same again is the same booking.
      bool may_repeat = key_ && session.clock().monotonic() < until && !session.interrupted();
      if (!may_repeat) {
        remark("usher reservation show " + id.text() + " tells what became of it");
        return no_outcome(std::move(reserved).error());
      }
      session.run_for(limits::kRetryDelayMax);
    }
  }

  Result<seats::Reserve> body() const {
    seats::Reserve what{.section = section_.value_or(""),
                        .user = user_,
                        .count = static_cast<uint32_t>(count_.value_or(0)),
                        .split = split_,
                        .seats = {}};
    if (seats_.empty()) {
      if (!section_ || !count_)
        return fail(ErrorCode::INVALID_ARGUMENT, "give --section and --count, or --seats");
      return what;
    }
    if (count_ && *count_ != seats_.size())
      return fail(ErrorCode::INVALID_ARGUMENT,
                  fmt::format("--count {}: --seats names {}", *count_, seats_.size()));
    for (const seats::SeatName& name : seats_) {
      if (what.section.empty()) what.section = name.section;
      if (name.section != what.section)
        return fail(ErrorCode::INVALID_ARGUMENT,
                    fmt::format("--seats: {} is not in section {}; a reservation is of one section",
                                seats::seat_name(name.section, name.seat), what.section));
      if (std::ranges::find(what.seats, name.seat) != what.seats.end())
        return fail(ErrorCode::INVALID_ARGUMENT,
                    fmt::format("--seats: {} stands there twice",
                                seats::seat_name(name.section, name.seat)));
      what.seats.push_back(name.seat);
    }
    what.count = static_cast<uint32_t>(what.seats.size());
    return what;
  }

  Result<int> tell(const booking::Reserved& reserved) const {
    if (reserved.kind == booking::Reserved::Kind::kKeyReused)
      return refused("KEY_REUSED", "the key was used for another request; take another key");
    if (wait_ == Duration::zero()) return told_pending(reserved.id);
    return told(json_of(reserved.id, reserved.view), json());
  }
  int told_pending(const ReservationId& id) const {
    static_cast<void>(told(gateway::pending_json(id), json()));
    return service::kDone;
  }

  Result<int> through_gateway(Session& session, const seats::Reserve& what) const {
    GatewayUrl gateway(session, *url_);
    return gateway.reserve({.event = event_, .what = what, .key = key_, .wait = wait_}, json());
  }

  std::string event_;
  std::optional<std::string> section_;
  std::optional<uint64_t> count_;
  std::string user_;
  std::vector<seats::SeatName> seats_;
  bool split_ = false;
  std::optional<std::string> key_;
  Duration wait_ = 30s;
  std::optional<net::Endpoint> url_;
};

class ReservationShow final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", reservation_id_value(), id_, "Which reservation.");
    settings.add("wait", duration_or_0_value(24h), wait_,
                 "How long to wait for its outcome; 0: not at all.");
    settings.add("url", http_url_value(), url_, "Through this gateway, as http://HOST:PORT.");
  }
  bool needs_cluster() const override { return !url_; }
  Result<int> run_on(Session& session) override {
    if (url_) return GatewayUrl(session, *url_).show(id_, wait_, json());
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    auto shown = seats->wait<booking::Shown>(
        [&](auto answer) { seats->booking().show(id_, wait_, std::move(answer)); });
    if (!shown) return no_outcome(std::move(shown).error());
    if (shown->standing == Standing::kKnown) return told(json_of(id_, shown->view), json(), true);
    if (shown->standing != Standing::kPending) return not_there(shown->standing, id_);
    int code = told(gateway::pending_json(id_), json());
    return wait_ == Duration::zero() ? service::kDone : code;
  }
  ReservationId id_;
  Duration wait_ = 30s;
  std::optional<net::Endpoint> url_;
};

template <booking::Settling kWhat>
class ReservationSettle final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add_argument("id", reservation_id_value(), id_, "Which reservation.");
    settings.add("url", http_url_value(), url_, "Through this gateway, as http://HOST:PORT.");
  }
  bool needs_cluster() const override { return !url_; }
  Result<int> run_on(Session& session) override {
    if (url_) return GatewayUrl(session, *url_).settle(id_, kWhat, json());
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    auto settled = seats->wait<booking::Settled>(
        [&](auto answer) { seats->booking().settle(id_, kWhat, {}, std::move(answer)); });
    if (!settled) return no_outcome(std::move(settled).error());
    if (settled->standing != Standing::kKnown) return not_there(settled->standing, id_);
    static_cast<void>(told(json_of(id_, settled->view), json()));
    if (settled->granted) return service::kDone;
    return refused("WRONG_STATE",
                   fmt::format("the reservation is {}", name_of(settled->view.entry.status)));
  }
  ReservationId id_;
  std::optional<net::Endpoint> url_;
};

// The view by user: another app's, in another space; it may lag.
class ReservationList final : public ClusterCommand {
  void add_own(service::Settings& settings) override {
    settings.add("user", name_value(), user_, "Whose.").is_required = true;
  }
  Result<int> run_on(Session& session) override {
    TRY_ASSIGN(auto seats, SeatsSession::open(session));
    auto orders = seats->wait<booking::UserOrders>(
        [&](auto answer) { seats->booking().orders(user_, std::move(answer)); });
    if (!orders) return no_outcome(std::move(orders).error());
    if (json()) {
      print(gateway::orders_json(*orders));
      return service::kDone;
    }
    Table table({"RESERVATION", "EVENT", "STATUS", "SEATS"});
    for (const auto& order : orders->orders) {
      std::string names;
      for (seats::Seat seat : order.entry.seats)
        names += (names.empty() ? "" : " ") + seats::seat_name(order.entry.section, seat);
      table.add({order.id.text(), order.entry.event, std::string(name_of(order.entry.status)),
                 names.empty() ? "-" : names});
    }
    print(table.text());
    return service::kDone;
  }
  std::string user_;
};

}  // namespace

CommandRows reservation_commands() {
  return {
      {"reserve", "reserves seats and waits for the outcome",
       "usher reserve --event concert --section A --count 2 --user ann", maker<ReserveCommand>()},
      {"reservation show", "shows a reservation; waits while it is not decided",
       "usher reservation show 7vz01k3m9p5a8q2r4s6t8w0y1c --json", maker<ReservationShow>()},
      {"reservation pay", "pays a reservation: its seats are sold",
       "usher reservation pay 7vz01k3m9p5a8q2r4s6t8w0y1c",
       maker<ReservationSettle<booking::Settling::kPay>>()},
      {"reservation cancel", "cancels a reservation: its seats are on offer again",
       "usher reservation cancel 7vz01k3m9p5a8q2r4s6t8w0y1c",
       maker<ReservationSettle<booking::Settling::kCancel>>()},
      {"reservation list", "lists a user's reservations; may lag behind them",
       "usher reservation list --user ann", maker<ReservationList>()},
  };
}

}  // namespace usher::cli

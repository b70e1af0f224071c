// The calls about events: what changes one goes through the log, what shows one comes from the
// cache, the seats of a section from the owner's state.
#include "client/gateway/bodies.h"
#include "client/gateway/call.h"
#include "client/gateway/views.h"
#include "proto/base/hash.h"

namespace usher::gateway {
namespace {

using seats::EventOutcome;

unsigned status_of(EventOutcome outcome) {
  switch (outcome) {
    case EventOutcome::kDone:
    case EventOutcome::kUnchanged:
      return 200;
    case EventOutcome::kDifferent:
    case EventOutcome::kSeatTaken:
      return 409;
    case EventOutcome::kUnknownEvent:
    case EventOutcome::kUnknownSection:
    case EventOutcome::kUnknownSeat:
      return 404;
    case EventOutcome::kInvalid:
      return 400;
  }
  return 500;
}

// What a command that was done has made of the event: the answer does not repeat it.
std::optional<seats::SeatEvent> made_by(const booking::EventWhat& what, const CachedEvent* before) {
  seats::SeatEvent made;
  if (const auto* create = std::get_if<seats::CreateEvent>(&what)) {
    made.settings = create->settings;
    made.sections = create->sections;
    return made;
  }
  if (!before) return std::nullopt;
  made.settings = before->settings;
  if (const auto* add = std::get_if<seats::AddSection>(&what)) made.sections = {add->shape};
  if (const auto* alter = std::get_if<seats::AlterEvent>(&what)) {
    made.settings->opens_at = alter->opens_at.value_or(before->settings.opens_at);
    made.settings->closes_at = alter->closes_at.value_or(before->settings.closes_at);
    made.settings->limit_per_user = alter->limit_per_user.value_or(before->settings.limit_per_user);
  }
  return made;
}

// What the log has decided is known here from now on, not only when its record comes by.
void learn(const Sources& from, std::string_view event, const booking::EventWhat& what,
           const booking::EventChanged& changed) {
  auto made = made_by(what, from.cache.find(event));
  if (!made) return;
  made->command_offset = changed.became.command_offset;
  from.cache.learn(changed.partition, event, *made, from.clock.wall());
}

// The event as it is known, or what little is to be said of it.
std::string event_body(const Sources& from, std::string_view event) {
  if (const CachedEvent* cached = from.cache.find(event)) return event_json(event, *cached);
  return bare_event_json(event);
}

struct Change {
  std::string event;
  booking::EventWhat what;
  bool makes = false;  // something that was not there: 201
};

void change(const Sources& from, Change change, Asked asked, Reply reply) {
  auto done = [&from, event = change.event, what = change.what, makes = change.makes,
               reply = std::move(reply)](Result<booking::EventChanged> changed) mutable {
    if (!changed) return reply(std::unexpected(problem_of(changed.error())));
    EventOutcome outcome = changed->became.outcome;
    unsigned status = status_of(outcome);
    if (status != 200)
      return reply(refuse(status, name_of(outcome), std::move(changed->became.detail)));
    bool is_done = outcome == EventOutcome::kDone;
    if (is_done) learn(from, event, what, *changed);
    bool made = makes && is_done;
    reply(Answered{.status = made ? 201U : 200U,
                   .body = event_body(from, event),
                   .location = made ? "/api/events/" + event : ""});
  };
  from.booking.change_event(std::move(change.event), std::move(change.what), std::move(asked.trace),
                            std::move(done));
}

std::unexpected<Problem> stale() {
  return refuse(503, "UNAVAILABLE", "what is known of events here is more than a second old");
}

}  // namespace

void answer(const Sources& from, const CreateEventRoute&, Asked asked, Reply reply) {
  auto body = parse_create_event(asked.body);
  if (!body) return reply(std::unexpected(std::move(body).error()));
  change(from, {.event = std::move(body->event), .what = std::move(body->create), .makes = true},
         std::move(asked), std::move(reply));
}

void answer(const Sources& from, const AddSectionRoute& route, Asked asked, Reply reply) {
  auto body = parse_add_section(asked.body);
  if (!body) return reply(std::unexpected(std::move(body).error()));
  change(from, {.event = route.event, .what = std::move(*body), .makes = true}, std::move(asked),
         std::move(reply));
}

void answer(const Sources& from, const AlterEventRoute& route, Asked asked, Reply reply) {
  auto body = parse_alter_event(asked.body);
  if (!body) return reply(std::unexpected(std::move(body).error()));
  change(from, {.event = route.event, .what = std::move(*body)}, std::move(asked),
         std::move(reply));
}

void answer(const Sources& from, const ListEventsRoute& route, Asked, Reply reply) {
  if (!from.cache.all_fresh(from.clock.monotonic())) return reply(stale());
  reply(Answered{.body = events_json(from.cache.list(route.after, route.limit), route.limit)});
}

void answer(const Sources& from, const ShowEventRoute& route, Asked, Reply reply) {
  MonotonicTime now = from.clock.monotonic();
  const CachedEvent* cached = from.cache.find(route.event);
  if (cached && from.cache.is_fresh(cached->partition, now))
    return reply(Answered{.body = event_json(route.event, *cached)});
  if (cached || !from.cache.all_fresh(now)) return reply(stale());
  reply(refuse(404, "UNKNOWN_EVENT", "there is no such event"));
}

void answer(const Sources& from, const SeatsRoute& route, Asked, Reply reply) {
  auto done = [reply =
                   std::move(reply)](Result<std::optional<booking::SectionView>> section) mutable {
    if (!section) return reply(std::unexpected(unread(section.error())));
    if (!*section) return reply(refuse(404, "UNKNOWN_SECTION", "there is no such section"));
    reply(Answered{.body = seats_json((*section)->map, (*section)->holds_for)});
  };
  from.booking.seats(route.event, route.section, std::move(done));
}

}  // namespace usher::gateway

#include "client/gateway/views.h"

#include <boost/json.hpp>

namespace usher::gateway {
namespace {

namespace json = boost::json;

json::object event_object(std::string_view id, const CachedEvent& event) {
  json::array sections;
  for (const auto& [name, section] : event.sections)
    sections.push_back(
        json::object{{"name", name}, {"total", section.total}, {"available", section.available}});
  const seats::EventSettings& settings = event.settings;
  json::object body{{"eventId", id}, {"sections", std::move(sections)}};
  if (settings.opens_at) body["opensAt"] = to_text(*settings.opens_at);
  if (settings.closes_at) body["closesAt"] = to_text(*settings.closes_at);
  if (settings.limit_per_user != 0) body["limitPerUser"] = settings.limit_per_user;
  body["holdSeconds"] = settings.hold_s;
  body["dedupSeconds"] = settings.dedup_s;
  body["asOf"] = json::object{{"offset", event.offset.value()}, {"time", to_text(event.time)}};
  return body;
}

json::object reservation_object(const seats::ReservationId& asked,
                                const seats::ReservationEntry& entry, PartitionId partition) {
  json::array seats;
  for (seats::Seat seat : entry.seats)
    seats.push_back(json::string(seat_name(entry.section, seat)));
  json::object body{{"reservationId", asked.text()},   {"eventId", entry.event},
                    {"section", entry.section},        {"userId", entry.user},
                    {"status", name_of(entry.status)}, {"seats", std::move(seats)}};
  if (entry.why.reason != seats::Reason::kNone) {
    body["reason"] = name_of(entry.why.reason);
    body["detail"] = detail_of(entry.why, entry.section);
  }
  if (entry.held_until) body["heldUntil"] = to_text(*entry.held_until);
  if (entry.kind == seats::EntryKind::kDuplicate) body["duplicateOf"] = entry.first.text();
  body["receipt"] =
      json::object{{"partition", partition.value()}, {"offset", entry.offset.value()}};
  return body;
}

}  // namespace

std::string pending_json(const seats::ReservationId& id) {
  return json::serialize(json::object{{"reservationId", id.text()}, {"status", "PENDING"}});
}

std::string reservation_json(const seats::ReservationId& asked,
                             const seats::ReservationEntry& entry, PartitionId partition) {
  return json::serialize(reservation_object(asked, entry, partition));
}

const std::string& event_json(std::string_view id, const CachedEvent& event) {
  if (event.text.empty()) event.text = json::serialize(event_object(id, event));
  return event.text;
}

std::string bare_event_json(std::string_view id) {
  return json::serialize(json::object{{"eventId", id}});
}

std::string events_json(const std::vector<std::pair<std::string, const CachedEvent*>>& page,
                        uint32_t limit) {
  json::array events;
  for (const auto& [id, event] : page) events.push_back(event_object(id, *event));
  json::object body{{"events", std::move(events)}};
  if (page.size() == limit) body["next"] = page.back().first;
  return json::serialize(body);
}

std::string orders_json(const booking::UserOrders& orders) {
  json::array list;
  for (const auto& order : orders.orders)
    list.push_back(reservation_object(order.id, order.entry, order.partition));
  json::object body{{"reservations", std::move(list)}};
  body["asOf"] =
      json::object{{"partition", orders.partition.value()}, {"offset", orders.holds_for.value()}};
  if (orders.more) body["more"] = true;
  return json::serialize(body);
}

std::string seats_json(const seats::SectionMap& map, Offset offset) {
  json::array rows;
  for (uint16_t row = 1; row <= map.rows(); ++row)
    rows.push_back(json::object{{"row", row}, {"seats", map.row_text(row)}});
  return json::serialize(json::object{{"rows", std::move(rows)}, {"offset", offset.value()}});
}

}  // namespace usher::gateway

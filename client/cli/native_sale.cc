#include "client/cli/native_sale.h"

#include <utility>

#include <fmt/format.h>

#include "client/booking/booking.h"
#include "client/cli/log_size.h"
#include "proto/seats/codec.h"
#include "proto/seats/topics.h"

namespace usher::cli {
namespace {

std::string_view value_of(const client::ReadRecord& record) {
  if (!record.view.value) return {};
  return {reinterpret_cast<const char*>(record.view.value->data()), record.view.value->size()};
}

}  // namespace

NativeSale::NativeSale(Session& session, const wire::SpaceInfo& space, Random random)
    : session_(session),
      space_(space),
      producer_(session.cluster()),
      log_(session.cluster(), producer_),
      consumer_(session.cluster(), *this),
      first_id_(random.next()) {}

Result<void> NativeSale::start(SaleOutcomes& outcomes) {
  outcomes_ = &outcomes;
  TRY_ASSIGN(const wire::TopicInfo* topic,
             client::find_topic(space_, name_of(seats::Topic::kReservationCompleted)));
  TRY_ASSIGN(auto ends, log_ends(session_, space_));
  for (uint32_t i = 0; i < ends.size(); ++i)
    consumer_.add(
        {.at = {space_.id, PartitionId(i)}, .topics = {topic->id}, .from = ends[i], .until = {}});
  return {};
}

void NativeSale::send(uint64_t number, const std::string& event, const SaleRequest& what) {
  sent_ = number + 1;
  seats::Reserve reserve{.section = sale_section_name(what.section),
                         .user = fmt::format("u{}", number),
                         .count = what.seats};
  auto id = seats::make_id(event, session_.clock().wall(), first_id_ + number);
  auto written = [this, number, alive = std::weak_ptr(alive_)](Result<booking::Place> place) {
    if (!alive.expired() && !place) outcomes_->on_outcome(number, std::unexpected(place.error()));
  };
  log_.write(seats::Topic::kReservationCommands, event, booking::command_of(id, std::move(reserve)),
             {}, std::move(written));
}

void NativeSale::on_records(const client::ReadRecords& records) {
  uint64_t bytes = 0;
  records.for_each([&](const client::ReadRecord& record) {
    std::string_view value = value_of(record);
    bytes += value.size();
    if (auto completed = seats::decode<seats::Completed>(value)) take(std::move(*completed));
  });
  outcomes_->on_bytes(bytes);
}

void NativeSale::take(seats::Completed completed) {
  uint64_t number = completed.id.low - first_id_;
  if (number >= sent_ || completed.cause != seats::Cause::kReserve) return;
  seats::ReservationEntry& entry = completed.reservation;
  bool is_confirmed = entry.status == seats::Status::kConfirmed;
  outcomes_->on_outcome(number,
                        SaleOutcome{.kind = is_confirmed ? SaleOutcome::Kind::kConfirmed
                                                         : SaleOutcome::Kind::kRejectedByLog,
                                    .section = std::move(entry.section),
                                    .seats = std::move(entry.seats)});
}

void NativeSale::on_failed(client::PartitionAt, const Error& why) { outcomes_->on_broken(why); }

}  // namespace usher::cli

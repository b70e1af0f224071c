#include "client/booking/cluster_log.h"

#include <array>

#include "proto/seats/headers.h"

namespace usher::booking {

Result<client::Topic> ClusterLog::find(seats::Topic topic) {
  const client::MetadataPtr& metadata = cluster_.metadata();
  if (!metadata) return fail(ErrorCode::STALE_METADATA, "no broker has answered yet");
  auto space = client::find_space(*metadata, seats::kSpace);
  if (!space) return fail(ErrorCode::STALE_METADATA, space.error().detail);
  auto found = client::find_topic(**space, seats::name_of(topic));
  if (!found) return fail(ErrorCode::STALE_METADATA, found.error().detail);
  return client::Topic{.space = (*space)->id, .topic = (*found)->id};
}

void ClusterLog::write(seats::Topic topic, std::string_view event, std::string value,
                       const Trace& trace, Written written) {
  auto refuse = [this](Written tell, Error why) {
    cluster_.scheduler().post([tell = std::move(tell), why = std::move(why)]() mutable {
      tell(std::unexpected(std::move(why)));
    });
  };
  auto found = find(topic);
  if (!found) {
    cluster_.doubt();
    return refuse(std::move(written), std::move(found).error());
  }
  std::array<wire::Header, 2> headers;
  size_t count = 0;
  if (!trace.request_id.empty())
    headers[count++] = {seats::kRequestIdHeader, as_bytes(trace.request_id)};
  if (!trace.traceparent.empty())
    headers[count++] = {seats::kTraceparentHeader, as_bytes(trace.traceparent)};
  wire::Record record{
      .key = as_bytes(event), .value = as_bytes(value), .headers = std::span(headers).first(count)};
  // Shared with the refusal: a Producer that refuses calls nothing.
  auto tell = std::make_shared<Written>(std::move(written));
  auto sent = producer_.send(*found, record, [tell](const Result<client::Receipt>& receipt) {
    if (!receipt) return (*tell)(std::unexpected(receipt.error()));
    (*tell)(Place{.partition = receipt->partition, .offset = receipt->offset});
  });
  if (!sent) refuse(std::move(*tell), std::move(sent).error());
}

}  // namespace usher::booking

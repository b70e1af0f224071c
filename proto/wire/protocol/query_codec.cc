#include "proto/wire/protocol/query_codec.h"

#include "proto/wire/protocol/fields.h"

namespace usher::wire {

QueryRequest read(schema::QueryRequest::Reader from) {
  QueryRequest request{.app = fields::text_of(from.getApp()),
                       .space = SpaceId(from.getSpace()),
                       .partition = PartitionId(from.getPartition()),
                       .query = fields::text_of(from.getQuery()),
                       .wait = Duration(from.getWaitNs()),
                       .at_least = {},
                       .forwarded = from.getForwarded()};
  if (from.getHasAtLeast()) request.at_least = Offset(from.getAtLeast());
  return request;
}

void write(const QueryRequest& value, schema::QueryRequest::Builder into) {
  into.setApp(value.app);
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setQuery(value.query);
  into.setWaitNs(fields::ns_of(value.wait));
  into.setHasAtLeast(value.at_least.has_value());
  if (value.at_least) into.setAtLeast(value.at_least->value());
  into.setForwarded(value.forwarded);
}

QueryReply read(schema::QueryReply::Reader from) {
  return {.found = from.getFound(), .offset = Offset(from.getOffset())};
}

void write(const QueryReply& value, schema::QueryReply::Builder into) {
  into.setFound(value.found);
  into.setOffset(value.offset.value());
}

}  // namespace usher::wire

#include "proto/wire/protocol/append_codec.h"

#include <cstring>

#include "proto/wire/protocol/fields.h"

namespace usher::wire {

AppendRequest read(schema::AppendRequest::Reader from) {
  return {.space = SpaceId(from.getSpace()), .partition = PartitionId(from.getPartition())};
}

void write(const AppendRequest& value, schema::AppendRequest::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
}

AppendReply read(schema::AppendReply::Reader from) {
  AppendReply reply{.base = Offset(from.getBase()),
                    .end = Offset(from.getEnd()),
                    .term = Term(from.getTerm()),
                    .time = WallTime(from.getTimeUs()),
                    .chain = {},
                    .base_seqs = fields::ids_of<Seq>(from.getBaseSeqs()),
                    .replicas = from.getReplicas()};
  auto chain = from.getChain();
  KJ_REQUIRE(chain.size() == reply.chain.value.size(), "a chain of another length");
  std::memcpy(reply.chain.value.data(), chain.begin(), chain.size());
  return reply;
}

void write(const AppendReply& value, schema::AppendReply::Builder into) {
  into.setBase(value.base.value());
  into.setEnd(value.end.value());
  into.setTerm(value.term.value());
  into.setTimeUs(value.time.us_since_1970());
  auto chain = into.initChain(static_cast<unsigned>(value.chain.value.size()));
  std::memcpy(chain.begin(), value.chain.value.data(), chain.size());
  fields::write_ids(value.base_seqs, into.initBaseSeqs(fields::size_of(value.base_seqs)));
  into.setReplicas(value.replicas);
}

NewProducerRequest read(schema::NewProducerRequest::Reader) { return {}; }
void write(const NewProducerRequest&, schema::NewProducerRequest::Builder) {}

NewProducerReply read(schema::NewProducerReply::Reader from) {
  return {.producer = {.made_at = WallTime(from.getMadeAtUs()), .random = from.getRandom()}};
}

void write(const NewProducerReply& value, schema::NewProducerReply::Builder into) {
  into.setMadeAtUs(value.producer.made_at.us_since_1970());
  into.setRandom(value.producer.random);
}

}  // namespace usher::wire

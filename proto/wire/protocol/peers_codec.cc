#include "proto/wire/protocol/peers_codec.h"

#include "proto/wire/protocol/fields.h"

namespace usher::wire {
namespace {

PeerMessage read_message(schema::PeerMessage::Reader from) {
  return {.space = SpaceId(from.getSpace()),
          .partition = PartitionId(from.getPartition()),
          .from = from.getFrom(),
          .to = from.getTo(),
          .term = Term(from.getTerm()),
          .kind = fields::enum_of(from.getKind(), PeerMessageKind::kSnapshotInstalled),
          .yes = from.getYes(),
          .batches = from.getBatches(),
          .end = Offset(from.getEnd()),
          .end_term = Term(from.getEndTerm()),
          .commit = Offset(from.getCommit()),
          .round = from.getRound()};
}

void write_message(const PeerMessage& value, schema::PeerMessage::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setFrom(value.from);
  into.setTo(value.to);
  into.setTerm(value.term.value());
  into.setKind(fields::number_of(value.kind));
  into.setYes(value.yes);
  into.setBatches(value.batches);
  into.setEnd(value.end.value());
  into.setEndTerm(value.end_term.value());
  into.setCommit(value.commit.value());
  into.setRound(value.round);
}

Founder read_founder(schema::Founder::Reader from) {
  return {.broker = BrokerId(from.getBroker()),
          .endpoint = fields::text_of(from.getEndpoint()),
          .rack = fields::text_of(from.getRack()),
          .incarnation = Incarnation(from.getIncarnation())};
}

void write_founder(const Founder& value, schema::Founder::Builder into) {
  into.setBroker(value.broker.value());
  into.setEndpoint(value.endpoint);
  into.setRack(value.rack);
  into.setIncarnation(value.incarnation.value());
}

FoundingPlan read_plan(schema::FoundingPlan::Reader from) {
  return {.cluster = fields::read(from.getCluster()),
          .founders = fields::read_list(from.getFounders(), read_founder)};
}

void write_plan(const FoundingPlan& value, schema::FoundingPlan::Builder into) {
  fields::write(value.cluster, into.initCluster());
  fields::write_list(value.founders, into.initFounders(fields::size_of(value.founders)),
                     write_founder);
}

}  // namespace

PeerMessages read(schema::PeerMessages::Reader from) {
  return {.cluster = fields::read(from.getCluster()),
          .messages = fields::read_list(from.getMessages(), read_message)};
}

void write(const PeerMessages& value, schema::PeerMessages::Builder into) {
  fields::write(value.cluster, into.initCluster());
  fields::write_list(value.messages, into.initMessages(fields::size_of(value.messages)),
                     write_message);
}

IntroduceRequest read(schema::IntroduceRequest::Reader from) {
  return {.self = read_founder(from.getSelf()), .cluster = fields::read(from.getCluster())};
}

void write(const IntroduceRequest& value, schema::IntroduceRequest::Builder into) {
  write_founder(value.self, into.initSelf());
  fields::write(value.cluster, into.initCluster());
}

IntroduceReply read(schema::IntroduceReply::Reader from) {
  return {.self = read_founder(from.getSelf()),
          .stage = fields::enum_of(from.getStage(), FoundingStage::kFounded),
          .plan = read_plan(from.getPlan()),
          .clock = WallTime(from.getClockUs())};
}

void write(const IntroduceReply& value, schema::IntroduceReply::Builder into) {
  write_founder(value.self, into.initSelf());
  into.setStage(fields::number_of(value.stage));
  write_plan(value.plan, into.initPlan());
  into.setClockUs(value.clock.us_since_1970());
}

PrepareRequest read(schema::PrepareRequest::Reader from) { return {read_plan(from.getPlan())}; }
void write(const PrepareRequest& value, schema::PrepareRequest::Builder into) {
  write_plan(value.plan, into.initPlan());
}

FoundRequest read(schema::FoundRequest::Reader from) { return {read_plan(from.getPlan())}; }
void write(const FoundRequest& value, schema::FoundRequest::Builder into) {
  write_plan(value.plan, into.initPlan());
}

}  // namespace usher::wire

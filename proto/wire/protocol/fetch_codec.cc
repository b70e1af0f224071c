#include "proto/wire/protocol/fetch_codec.h"

#include "proto/wire/protocol/failure_codec.h"
#include "proto/wire/protocol/fields.h"

namespace usher::wire {
namespace {

FetchPartition read_asked(schema::FetchPartition::Reader from) {
  return {.space = SpaceId(from.getSpace()),
          .partition = PartitionId(from.getPartition()),
          .from = Offset(from.getFrom()),
          .continues = fields::optional_of<Term>(from.getContinues()),
          .topics = fields::ids_of<TopicId>(from.getTopics()),
          .bytes_max = from.getBytesMax(),
          .uncommitted = from.getUncommitted(),
          .whole = from.getWhole()};
}

void write_asked(const FetchPartition& value, schema::FetchPartition::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  into.setFrom(value.from.value());
  into.setContinues(fields::number_or_0(value.continues));
  fields::write_ids(value.topics, into.initTopics(fields::size_of(value.topics)));
  into.setBytesMax(value.bytes_max);
  into.setUncommitted(value.uncommitted);
  into.setWhole(value.whole);
}

FetchedPartition read_fetched(schema::FetchedPartition::Reader from) {
  FetchedPartition fetched{.space = SpaceId(from.getSpace()),
                           .partition = PartitionId(from.getPartition()),
                           .error = {},
                           .batches = {},
                           .scanned = Offset(from.getScanned()),
                           .scanned_term = fields::optional_of<Term>(from.getScannedTerm()),
                           .start = Offset(from.getStart()),
                           .commit = Offset(from.getCommit())};
  if (from.hasError()) fetched.error = read(from.getError()).error;
  for (uint64_t sections : from.getBatches()) fetched.batches.push_back({sections});
  return fetched;
}

void write_fetched(const FetchedPartition& value, schema::FetchedPartition::Builder into) {
  into.setSpace(value.space.value());
  into.setPartition(value.partition.value());
  if (value.error) write(Failure{*value.error}, into.initError());
  auto batches = into.initBatches(fields::size_of(value.batches));
  for (unsigned i = 0; i < batches.size(); ++i) batches.set(i, value.batches[i].sections);
  into.setScanned(value.scanned.value());
  into.setScannedTerm(fields::number_or_0(value.scanned_term));
  into.setStart(value.start.value());
  into.setCommit(value.commit.value());
}

}  // namespace

FetchRequest read(schema::FetchRequest::Reader from) {
  return {.partitions = fields::read_list(from.getPartitions(), read_asked),
          .bytes_min = from.getBytesMin(),
          .bytes_max = from.getBytesMax(),
          .wait = Duration(from.getWaitNs())};
}

void write(const FetchRequest& value, schema::FetchRequest::Builder into) {
  fields::write_list(value.partitions, into.initPartitions(fields::size_of(value.partitions)),
                     write_asked);
  into.setBytesMin(value.bytes_min);
  into.setBytesMax(value.bytes_max);
  into.setWaitNs(fields::ns_of(value.wait));
}

FetchReply read(schema::FetchReply::Reader from) {
  return {.partitions = fields::read_list(from.getPartitions(), read_fetched)};
}

void write(const FetchReply& value, schema::FetchReply::Builder into) {
  fields::write_list(value.partitions, into.initPartitions(fields::size_of(value.partitions)),
                     write_fetched);
}

}  // namespace usher::wire

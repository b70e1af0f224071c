#include "client/cli/seats_session.h"

#include "client/booking/set_up.h"
#include "proto/seats/topics.h"

namespace usher::cli {
namespace {

client::ProducerOptions within(Duration timeout) {
  client::ProducerOptions options;
  options.lane.deadline = timeout;
  return options;
}

}  // namespace

Result<std::unique_ptr<SeatsSession>> SeatsSession::open(Session& session, bool make) {
  TRY_ASSIGN(auto metadata, session.metadata());
  if (make && !booking::is_set_up(*metadata)) {
    TRY_ASSIGN(metadata, session.wait<client::MetadataPtr>([&](auto answer) {
      client::have_space(session.cluster(), booking::seats_space(), session.timeout(),
                         std::move(answer));
    }));
  }
  auto space = client::find_space(*metadata, seats::kSpace);
  if (!space || !booking::is_set_up(*metadata))
    return fail(ErrorCode::NOT_FOUND,
                "no seats are sold in this cluster yet; make an event with usher event create");
  return std::unique_ptr<SeatsSession>(new SeatsSession(session, **space));
}

SeatsSession::SeatsSession(Session& session, wire::SpaceInfo space)
    : session_(session),
      space_(std::move(space)),
      producer_(session.cluster(), within(session.timeout())),
      log_(session.cluster(), producer_),
      state_(session.cluster(), session.timeout()),
      queries_(session.cluster()),
      booking_(log_, state_, session.clock(), session.cluster().stream("booking")) {}

PartitionId SeatsSession::partition_of(std::string_view event) const {
  return client::partition_of_key(space_, as_bytes(event));
}

Result<SeatsSession::Entries> SeatsSession::range(seats::Store store, PartitionId partition,
                                                  std::string_view prefix) {
  Entries all;
  TRY(for_each_page(store, partition, prefix, client::RangeQuestion().limit,
                    [&all](const Entries& entries) -> Result<void> {
                      all.insert(all.end(), entries.begin(), entries.end());
                      return {};
                    }));
  return all;
}

Result<void> SeatsSession::for_each_page(seats::Store store, PartitionId partition,
                                         std::string_view prefix, uint32_t entries_max,
                                         const Page& page) {
  std::string after;
  for (bool more = true; more;) {
    client::RangeQuestion question{.app = std::string(seats::kAppName),
                                   .at = {space_.id, partition},
                                   .store = std::string(name_of(store)),
                                   .prefix = std::string(prefix),
                                   .after = after,
                                   .limit = entries_max,
                                   .at_least = {}};
    if (!read_from_.empty()) question.at_least = read_from_.at(partition.value());
    TRY_ASSIGN(client::ToldRange told,
               session_.wait<client::ToldRange>([&](Session::Answer<client::ToldRange> answer) {
                 queries_.ask(std::move(question), session_.timeout(), std::move(answer));
               }));
    more = told.more && !told.entries.empty();
    if (more) after = told.entries.back().key;
    TRY(page(told.entries));
  }
  return {};
}

}  // namespace usher::cli

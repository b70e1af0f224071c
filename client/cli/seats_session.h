// A command's way to the seats: a Booking over the command's Session, and ranges of the app's
// stores. Native: brokers and processors are asked directly.
#pragma once

#include "client/booking/booking.h"
#include "client/booking/cluster_log.h"
#include "client/booking/cluster_state.h"
#include "client/cli/session.h"
#include "client/producer.h"
#include "client/queries.h"

namespace usher::cli {

class SeatsSession {
 public:
  // NOT_FOUND: no seats were ever sold here; `make` makes what has to be there.
  static Result<std::unique_ptr<SeatsSession>> open(Session& session, bool make = false);

  booking::Booking& booking() { return booking_; }
  template <class T>
  Result<T> wait(const std::function<void(booking::Booking::Done<T>)>& start) {
    return session_.wait<T>(start);
  }
  // From now on stores are read where they hold all below these offsets, one for each partition;
  // without it they may lag behind the log.
  void read_from(std::vector<Offset> ends) { read_from_ = std::move(ends); }
  using Entries = std::vector<client::ToldRange::Entry>;
  // All entries of a store whose key begins so, in the order of their keys.
  Result<Entries> range(seats::Store store, PartitionId partition, std::string_view prefix);
  // The same a page after the other, for more than should be held at once.
  using Page = std::function<Result<void>(const Entries& entries)>;
  Result<void> for_each_page(seats::Store store, PartitionId partition, std::string_view prefix,
                             uint32_t entries_max, const Page& page);
  size_t partitions() const { return space_.partitions.size(); }
  PartitionId partition_of(std::string_view event) const;

 private:
  SeatsSession(Session& session, wire::SpaceInfo space);

  Session& session_;
  wire::SpaceInfo space_;
  std::vector<Offset> read_from_;
  client::Producer producer_;
  booking::ClusterLog log_;
  booking::ClusterState state_;
  client::Queries queries_;
  booking::Booking booking_;
};

}  // namespace usher::cli

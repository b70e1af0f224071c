// What an operator asks and changes, each with a deadline, each answered once. A change is told to
// the controller's leader once: where its outcome is unknown, that is the answer; so it is where it
// was done and no metadata can be had. When a change returns, this Cluster's metadata shows it.
#pragma once

#include "client/cluster.h"
#include "proto/wire/protocol/admin.h"
#include "proto/wire/protocol/apps.h"
#include "proto/wire/protocol/fetch.h"

namespace usher::client {

using Changed = std::move_only_function<void(Result<void>)>;

// Request: one of admin.h that is answered by Done.
template <class Request>
void change(Cluster& cluster, Request request, Duration within, Changed changed) {
  MonotonicTime deadline = cluster.now() + within;
  auto seen = [&cluster, deadline,
               changed = std::move(changed)](Result<net::Message> answer) mutable {
    auto done = reply_of<wire::Done>(std::move(answer));
    if (!done) return changed(std::unexpected(std::move(done).error()));
    Duration left = std::max<Duration>(deadline - cluster.now(), 1s);
    cluster.refresh_to(
        done->version, left, [changed = std::move(changed)](Result<MetadataPtr> known) mutable {
          if (known) return changed({});
          changed(fail(ErrorCode::TIMED_OUT,
                       "it was done, but no broker shows it: " + known.error().text()));
        });
  };
  cluster.tell_controller({std::move(request), {}}, within, std::move(seen));
}

// Of the partition's leader.
template <class Reply, class Request>
void ask_partition(Cluster& cluster, PartitionAt at, Request request, Duration within,
                   std::move_only_function<void(Result<Reply>)> answer) {
  cluster.ask_leader(at, {std::move(request), {}}, within,
                     [answer = std::move(answer)](Result<net::Message> reply) mutable {
                       answer(reply_of<Reply>(std::move(reply)));
                     });
}

}  // namespace usher::client

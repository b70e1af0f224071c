#include "client/cli/app_ready.h"

#include <fmt/format.h>

#include "client/queries.h"

namespace usher::cli {

Result<void> look_at_app(Session& session, const AppToWaitFor& wanted, Duration within) {
  TRY_ASSIGN(auto metadata, session.fresh_metadata());
  TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, wanted.space));
  client::Queries queries(session.cluster());
  for (size_t i = 0; i < space->partitions.size(); ++i) {
    PartitionId partition(static_cast<uint32_t>(i));
    auto told = session.wait<client::Told>([&](auto answer) {
      queries.ask(
          {.app = wanted.app, .at = {space->id, partition}, .store = wanted.store, .key = "-"},
          within, std::move(answer));
    });
    if (!told)
      return fail(told.error().code,
                  fmt::format("task {} of {}: {}", i, wanted.app, told.error().detail));
  }
  return {};
}

}  // namespace usher::cli

// `usher consume --app`: one member of an app, which prints what it reads and moves the app's
// position behind it. Several members share the partitions.
#pragma once

#include "client/cli/record_printer.h"
#include "client/cli/session.h"

namespace usher::cli {

struct ConsumeAsApp {
  std::string app;
  const wire::SpaceInfo* space = nullptr;
  TopicId topic;
  // Where it stops; none: it follows.
  std::optional<std::map<PartitionId, Offset>> ends;
  Duration timeout = {};
};

// INVALID_ARGUMENT: the app is one of a processor daemon, whose position is not a reader's to move.
Result<void> check_is_reader(Session& session, const wire::Metadata& metadata,
                             const wire::SpaceInfo& space, const std::string& app);

// The exit code.
Result<int> consume_as_app(Session& session, ConsumeAsApp what, RecordPrinter& printer);

}  // namespace usher::cli

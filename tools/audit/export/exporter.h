// One partition's outcomes into a sink, from where the sink says it is.
#pragma once

#include "tools/audit/export/outcome_sink.h"
#include "tools/audit/logs.h"

namespace usher::audit {

struct Exported {
  uint64_t outcomes = 0;
  Offset end;
};

// Up to the log's end as it is now. CONFIG_INVALID: the database was filled from
// another log.
Result<Exported> export_partition(Logs& logs, PartitionKey key, const SeatsTopics& topics,
                                  OutcomeSink& sink);

}  // namespace usher::audit

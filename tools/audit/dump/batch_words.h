// A batch and its records in words and as JSON: the same wherever the batch stands.
#pragma once

#include "tools/audit/dump/dump_line.h"
#include "tools/audit/log/catalog.h"
#include "tools/audit/log/opened_batch.h"

namespace usher::audit {

// "offset 7", "offsets 7 to 9".
std::string offsets_text(Offset from, Offset end);
// "partition 3 of space 1 'events'"; the name where the catalog has it.
std::string partition_text(PartitionKey key, const Catalog* catalog);
void add_partition(DumpLine& line, PartitionKey key, const Catalog* catalog);

// The header of a batch with a place, behind what the line says already.
void describe_batch(DumpLine& line, const wire::BatchHeader& header, const Catalog* catalog);
// Its records, a line each.
void dump_records(DumpSink& sink, const OpenedBatch& batch, const Catalog* catalog);

}  // namespace usher::audit

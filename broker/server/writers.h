// May this batch go to these topics? Each topic has one kind of writer, fixed when it was made; the
// log's own topics take what belongs to claims and steps. Pure.
#pragma once

#include "broker/controller/cluster_state.h"
#include "proto/wire/batch_header.h"

namespace usher::server {

// WRONG_WRITER names the topic; STALE_METADATA: a topic that this broker does not know (any more).
Result<void> check_writer(const controller::Space& space, const wire::BatchHeader& batch);

}  // namespace usher::server

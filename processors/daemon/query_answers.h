// What an owner answers to the questions of proto/wire/protocol/query.h, out of its task's
// committed state: any store of the app, by its name. On the task's thread.
#pragma once

#include "processors/task.h"
#include "proto/net/message.h"
#include "proto/wire/protocol/query.h"

namespace usher::processors {

using QueryDone = std::move_only_function<void(Result<net::Message>)>;

// `done` is called once, perhaps inside the call. NOT_FOUND: no such question or store; NOT_OWNER:
// the task is not at work here.
void answer_query(Task& task, const Topology& topology, const wire::QueryRequest& request,
                  const Buffer& payload, QueryDone done);

}  // namespace usher::processors

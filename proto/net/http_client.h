// Asks a server of HTTP/1.1 one thing, over a connection of its own: for the command line, which
// asks gateways and admin endpoints. Bounded in time and in bytes.
#pragma once

#include <functional>

#include "proto/base/result.h"
#include "proto/base/time.h"
#include "proto/net/asio_scheduler.h"
#include "proto/net/http_message.h"
#include "proto/net/transport.h"

namespace usher::net {

using HttpAnswered = std::move_only_function<void(Result<HttpAnswer>)>;

// UNREACHABLE: it surely was not asked. CONNECTION_LOST, TIMED_OUT: the outcome is unknown. `Host`
// and the length of the body are added to its fields. The scheduler outlives the call.
void http_ask(AsioScheduler& scheduler, const Endpoint& server, HttpRequest request,
              Duration within, HttpAnswered answered);

}  // namespace usher::net

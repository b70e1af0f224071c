// A simulated network with one host that serves and hosts that ask, for tests of Channel and
// RequestServer; and what such tests say to each other.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/check.h"
#include "proto/net/channel.h"
#include "proto/net/request_server.h"

#include "tests/sim/sim_network.h"
#include "tests/sim/sim_scheduler.h"

namespace usher::net {

// A message of one word. Any envelope will do; a hello holds text.
inline Message word(std::string text) { return {wire::Hello{.program = std::move(text)}, {}}; }
inline std::string text_of(const Message& message) {
  return std::get<wire::Hello>(message.envelope).program;
}
inline Message heavy_word(std::string text, size_t payload_bytes) {
  Message message = word(std::move(text));
  message.payload.push_back(Buffer(OwnedBytes(payload_bytes)));
  return message;
}

// Keeps requests until the test answers them, or answers at once by `answer_at_once`.
class KeepingHandler final : public RequestHandler {
 public:
  struct Kept {
    Peer peer;
    std::string text;
    Responder responder;
  };
  std::vector<Kept> kept;
  std::vector<std::string> messages;
  std::vector<uint64_t> gone;
  bool echo = false;
  std::function<void()> when_request, when_message, when_gone;

  void on_request(const Peer& peer, Message request, Responder responder) override {
    if (echo)
      responder.reply(std::move(request));
    else
      kept.push_back({peer, text_of(request), std::move(responder)});
    if (when_request) when_request();
  }
  void on_message(const Peer&, Message message) override {
    messages.push_back(text_of(message));
    if (when_message) when_message();
  }
  void on_gone(const Peer& peer) override {
    gone.push_back(peer.number);
    if (when_gone) when_gone();
  }
  // Answers the first that is kept, with what it asked.
  void answer_first() {
    Kept first = std::move(kept.front());
    kept.erase(kept.begin());
    first.responder.reply(word(first.text));
  }
};

// What came of requests: the answer's text or the error's name.
struct Outcomes {
  std::vector<std::string> all;
  std::vector<Error> errors;

  Channel::Answer take(std::function<void()> then = {}) {
    return [this, then](Result<Message> answer) {
      all.push_back(answer ? text_of(*answer) : std::string(answer.error().name()));
      if (!answer) errors.push_back(answer.error());
      if (then) then();
    };
  }
};

struct World {
  explicit World(uint64_t seed = 1, TransportOptions server_options = {},
                 TransportOptions client_options = {})
      : random(seed),
        network(loop, random.stream("network")),
        server_transport(network.transport("server", server_scheduler, server_options)),
        client_transport(network.transport("client", client_scheduler, client_options)) {}

  void serve(RequestServerOptions options = {}) {
    server.emplace(*server_transport, server_scheduler, std::move(options), handler);
    auto listening = server->listen(address);
    CHECK(listening.has_value(), "a simulated port is free");
  }
  std::unique_ptr<Channel> channel(ChannelOptions options = {}, ChannelHandler* told = nullptr) {
    return std::make_unique<Channel>(*client_transport, client_scheduler, random.stream("channel"),
                                     address, std::move(options), told);
  }
  bool run_until(const std::function<bool()>& done) { return loop.run_until(done, 60s); }

  sim::SimLoop loop;
  Random random;
  sim::SimScheduler server_scheduler{loop};
  sim::SimScheduler client_scheduler{loop};
  sim::SimNetwork network;
  std::unique_ptr<Transport> server_transport;
  std::unique_ptr<Transport> client_transport;
  Endpoint address{"server", 7101};
  KeepingHandler handler;
  std::optional<RequestServer> server;
};

}  // namespace usher::net

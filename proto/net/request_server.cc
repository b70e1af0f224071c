#include "proto/net/request_server.h"

#include <utility>

#include <fmt/format.h>

#include "proto/base/check.h"
#include "proto/net/served_peer.h"

namespace usher::net {

// --- Responder ---

Responder::Responder(Responder&& other) noexcept
    : peer_(std::move(other.peer_)),
      request_(other.request_),
      bytes_(other.bytes_),
      owed_(std::exchange(other.owed_, false)) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this != &other) {
    this->~Responder();
    new (this) Responder(std::move(other));
  }
  return *this;
}

Responder::~Responder() {
  if (owed_) fail({ErrorCode::INTERNAL, "the request was dropped without an answer"});
}

void Responder::reply(Message message) {
  CHECK(std::exchange(owed_, false), "a request is answered once");
  if (auto peer = peer_.lock())
    peer->answer(request_, bytes_, frame_of(wire::FrameType::kReply, request_, std::move(message)));
}

void Responder::fail(Error error) { reply({wire::Failure{std::move(error)}, {}}); }

// --- what the connections share ---

void ServerState::released(size_t count, size_t bytes) {
  requests -= count;
  request_bytes -= bytes;
  if (waiting_for_all.empty() || !has_room()) return;
  for (const auto& waiting : std::exchange(waiting_for_all, {}))
    if (auto peer = waiting.lock()) peer->update_reading();
}

void ServerState::remove(uint64_t peer) {
  peers.erase(peer);
  if (stopping && peers.empty()) finish_stop();
}

void ServerState::finish_stop() {
  if (stop_timer) scheduler.cancel(*std::exchange(stop_timer, std::nullopt));
  if (stopped) std::exchange(stopped, nullptr)();
}

std::string_view name(CloseReason reason) {
  constexpr std::array<std::string_view, kCloseReasons> kNames = {
      "peer_left", "too_many",         "no_hello",        "bad_hello",
      "garbage",   "unexpected_frame", "reader_too_slow", "stopped"};
  return kNames[static_cast<size_t>(reason)];
}

// --- RequestServer ---

RequestServer::RequestServer(Transport& transport, Scheduler& scheduler,
                             RequestServerOptions options, RequestHandler& handler)
    : transport_(transport),
      state_(std::make_shared<ServerState>(scheduler, std::move(options), handler)) {}

RequestServer::~RequestServer() {
  state_->handler = nullptr;
  state_->stopped = nullptr;
  if (state_->stop_timer) state_->scheduler.cancel(*state_->stop_timer);
  listeners_.clear();
  std::exchange(state_->peers, {}).clear();
}

Result<Endpoint> RequestServer::listen(const Endpoint& at) {
  auto accept = [state = state_](std::unique_ptr<Connection> connection) {
    uint64_t number = state->next_peer++;
    auto peer = std::make_shared<ServedPeer>(state, std::move(connection), number);
    ++state->counts.accepted;
    state->peers.emplace(number, peer);
    peer->start();
    if (state->peers.size() > state->options.connections)
      peer->refuse(CloseReason::kTooMany,
                   {ErrorCode::QUEUE_FULL,
                    fmt::format("{} connections stand already", state->options.connections)});
  };
  TRY_ASSIGN(auto listener, transport_.listen(at, std::move(accept)));
  listeners_.push_back(std::move(listener));
  return listeners_.back()->local();
}

void RequestServer::stop(Duration within, Callback done) {
  CHECK(!state_->stopping, "a server is stopped once");
  state_->stopping = true;
  state_->stopped = std::move(done);
  listeners_.clear();
  // For none: the timer of no time calls back outside this call.
  Duration limit = state_->peers.empty() ? Duration::zero() : within;
  state_->stop_timer = state_->scheduler.after(limit, [state = state_.get()] {
    state->stop_timer.reset();
    std::exchange(state->peers, {}).clear();
    state->finish_stop();
  });
  for (auto& [number, peer] : std::unordered_map(state_->peers)) peer->drain();
}

size_t RequestServer::connections() const { return state_->peers.size(); }
size_t RequestServer::requests_in_flight() const { return state_->requests; }

ServerCounts RequestServer::counts() const {
  ServerCounts counts = state_->counts;
  for (const auto& listener : listeners_) counts.refused += listener->refused();
  return counts;
}

}  // namespace usher::net

#include "tests/sim/sim_network.h"

#include <algorithm>
#include <deque>
#include <utility>

#include <fmt/format.h>

#include "tests/sim/sim_end.h"

namespace usher::sim {

namespace {

constexpr uint16_t kFirstFreePort = 40'000;
constexpr size_t kEndsBetweenSweeps = 256;

class SimConnection final : public net::Connection {
 public:
  explicit SimConnection(std::shared_ptr<SimEnd> end) : end_(std::move(end)) {}
  ~SimConnection() override { end_->abandon(); }
  void start(net::ConnectionHandler& handler) override { end_->start(handler); }
  Result<void> send(wire::Frame&& frame) override { return end_->send(std::move(frame)); }
  size_t queued_bytes() const override { return end_->queued_bytes(); }
  void pause_reading() override { end_->pause_reading(); }
  void resume_reading() override { end_->resume_reading(); }
  void close() override { end_->close(); }
  const net::Endpoint& peer() const override { return end_->peer(); }

 private:
  std::shared_ptr<SimEnd> end_;
};

struct SimPort {
  net::Endpoint local;
  std::shared_ptr<SimHost> host;
  net::Accept accept;
  uint64_t refused = 0;
  // Stand already, and wait to be given to `accept`.
  std::deque<std::shared_ptr<SimEnd>> backlog = {};

  void accept_one() {
    if (backlog.empty()) return;
    auto end = std::move(backlog.front());
    backlog.pop_front();
    accept(std::make_unique<SimConnection>(std::move(end)));
  }
};

}  // namespace

struct SimPorts {
  std::map<net::Endpoint, std::shared_ptr<SimPort>> listening;
  uint16_t next_free = kFirstFreePort;
};

class SimListener final : public net::Listener {
 public:
  SimListener(SimNetwork& network, std::shared_ptr<SimPort> port)
      : network_(network), port_(std::move(port)) {}
  ~SimListener() override {
    for (const auto& end : std::exchange(port_->backlog, {})) end->abandon();
    network_.ports_->listening.erase(port_->local);
  }
  const net::Endpoint& local() const override { return port_->local; }
  uint64_t refused() const override { return port_->refused; }

 private:
  SimNetwork& network_;
  std::shared_ptr<SimPort> port_;
};

class SimTransport final : public net::Transport {
 public:
  SimTransport(SimNetwork& network, std::shared_ptr<SimHost> host)
      : network_(network), host_(std::move(host)) {}

  Result<std::unique_ptr<net::Listener>> listen(const net::Endpoint& at,
                                                net::Accept accept) override {
    net::Endpoint local = at;
    if (local.port == 0) local.port = network_.ports_->next_free++;
    if (at.host != host_->name || network_.ports_->listening.contains(local))
      return fail(ErrorCode::ADDRESS_UNUSABLE, fmt::format("{}: in use, or not here", at.text()));
    auto port = std::make_shared<SimPort>(SimPort{local, host_, std::move(accept)});
    network_.ports_->listening.emplace(local, port);
    return std::make_unique<SimListener>(network_, port);
  }

  std::unique_ptr<net::Connection> connect(const net::Endpoint& to) override {
    auto end = std::make_shared<SimEnd>(network_, host_, to, false);
    network_.connect(end, to);
    return std::make_unique<SimConnection>(end);
  }

 private:
  SimNetwork& network_;
  std::shared_ptr<SimHost> host_;
};

SimNetwork::SimNetwork(SimLoop& loop, Random random, SimNetworkOptions options)
    : options_(options), random_(random), scheduler_(loop), ports_(std::make_unique<SimPorts>()) {}

SimNetwork::~SimNetwork() = default;

std::unique_ptr<net::Transport> SimNetwork::transport(std::string host, Scheduler& scheduler,
                                                      net::TransportOptions options) {
  return std::make_unique<SimTransport>(
      *this, std::make_shared<SimHost>(
                 SimHost{std::move(host), scheduler, options,
                         std::make_shared<net::SendBudget>(options.send_queues_bytes)}));
}

// --- connecting ---

void SimNetwork::connect(const std::shared_ptr<SimEnd>& client, const net::Endpoint& to) {
  ends_.push_back(client);
  if (ends_.size() % kEndsBetweenSweeps == 0) standing();
  Duration within = client->host_->options.connect_timeout;
  scheduler_.after(latency(), [this, client, to] { arrive(client, to); });
  scheduler_.after(within, [weak = std::weak_ptr(client), to, within] {
    auto late = weak.lock();
    if (late && late->state_ == SimEnd::State::kConnecting)
      late->lose({ErrorCode::UNREACHABLE,
                  fmt::format("{}: no answer within {}", to.text(), to_text(within))});
  });
}

void SimNetwork::arrive(const std::shared_ptr<SimEnd>& client, const net::Endpoint& to) {
  // What gets lost on the way is found out by the time that connecting may take.
  if (client->state_ != SimEnd::State::kConnecting) return;
  const std::string& from = client->host_->name;
  if (cuts_.contains({from, to.host}) || cuts_.contains({to.host, from})) return;

  auto found = ports_->listening.find(to);
  if (found == ports_->listening.end()) {
    Error refused{ErrorCode::UNREACHABLE, fmt::format("{}: connection refused", to.text())};
    scheduler_.after(latency(), [client, refused] { client->lose(refused); });
    return;
  }
  std::shared_ptr<SimPort> port = found->second;
  ++counts_.connections;
  bool full = port->host->accepted_standing >= port->host->options.connections;
  net::Endpoint peer{from, ports_->next_free++};
  auto server = std::make_shared<SimEnd>(*this, port->host, peer, true);
  ends_.push_back(server);
  server->open(client);

  Duration back = latency();
  server->last_arrival_ = scheduler_.clock().monotonic() + back;
  scheduler_.after(back, [client, server] { client->open(server); });
  if (full) {
    ++port->refused;
    return server->abandon();
  }
  port->backlog.push_back(server);
  port->host->scheduler.post([port] { port->accept_one(); });
}

// --- carrying ---

bool SimNetwork::is_cut(const SimEnd& from) const {
  return cuts_.contains({from.host_->name, from.peer_.host});
}

void SimNetwork::carry(const std::shared_ptr<SimEnd>& from, SimItem item) {
  MonotonicTime now = scheduler_.clock().monotonic();
  counts_.carried_bytes += item.bytes.size();
  from->last_arrival_ = std::max(from->last_arrival_, now + latency());
  scheduler_.after(from->last_arrival_ - now, [this, from, item = std::move(item)]() mutable {
    come_through(from, std::move(item));
  });
}

void SimNetwork::come_through(const std::shared_ptr<SimEnd>& from, SimItem item) {
  if (!is_cut(*from) && from->held_.empty()) {
    if (auto to = from->other_.lock()) to->arrived(std::move(item));
    return;
  }
  ++counts_.held;
  from->held_.push_back(std::move(item));
  if (from->held_.size() == 1) give_up_later(from);
}

void SimNetwork::give_up_later(const std::shared_ptr<SimEnd>& from) {
  scheduler_.after(from->host_->options.peer_silent, [from, hold = ++from->holds_] {
    if (from->held_.empty() || from->holds_ != hold) return;
    Error silent{ErrorCode::CONNECTION_LOST, "nothing came through for too long"};
    from->held_.clear();
    from->lose(silent);
    if (auto to = from->other_.lock()) to->lose(silent);
  });
}

// What arrives before the held is out waits behind it.
void SimNetwork::carry_held() {
  for (const auto& end : standing()) {
    if (end->held_.empty() || is_cut(*end)) continue;
    scheduler_.after(latency(), [this, end] {
      auto to = end->other_.lock();
      if (is_cut(*end)) return;
      for (SimItem& item : std::exchange(end->held_, {}))
        if (to) to->arrived(std::move(item));
    });
  }
}

std::vector<std::shared_ptr<SimEnd>> SimNetwork::standing() {
  std::vector<std::shared_ptr<SimEnd>> standing;
  for (const auto& weak : ends_)
    if (auto end = weak.lock()) standing.push_back(std::move(end));
  ends_.assign(standing.begin(), standing.end());
  return standing;
}

// --- faults ---

void SimNetwork::heal(const std::string& from, const std::string& to) {
  cuts_.erase({from, to});
  carry_held();
}

void SimNetwork::heal_all() {
  cuts_.clear();
  carry_held();
}

void SimNetwork::reset(const std::string& a, const std::string& b) {
  for (const auto& end : standing()) {
    const std::string& from = end->host_->name;
    const std::string& to = end->peer_.host;
    bool between = (from == a && to == b) || (from == b && to == a);
    if (between && end->state_ != SimEnd::State::kConnecting)
      end->lose(
          {ErrorCode::CONNECTION_LOST, fmt::format("{}: reset on the way", end->peer_.text())});
  }
}

void SimNetwork::set_latency(Duration min, Duration max) {
  options_.latency_min = min;
  options_.latency_max = max;
}

}  // namespace usher::sim

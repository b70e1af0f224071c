#include "broker/server/peer_links.h"

#include "broker/server/identity.h"
#include "broker/server/peer_codec.h"

namespace usher::server {
namespace {

constexpr const char* kProgram = "usher-broker " USHER_VERSION;

// What waits for the end of this turn of the loop to leave in one frame.
struct Outbox {
  wire::PeerMessages envelope;
  std::vector<Buffer> payload;
  size_t bytes = 0;
  bool flushing = false;
};

bool is_bulk(const raft::Message& message) {
  const auto* append = std::get_if<raft::AppendRequest>(&message.body);
  return append && !append->entries.empty();
}

}  // namespace

class PeerLink final : private net::ChannelHandler {
 public:
  PeerLink(PeerLinks& links, net::Transport& transport, const Random& random, BrokerId broker,
           const net::Endpoint& at)
      : links_(links),
        broker_(broker),
        fast_(transport, links.scheduler_, random.stream("fast"), at, options(), this),
        bulk_(transport, links.scheduler_, random.stream("bulk"), at, options()) {
    introduce();
  }
  ~PeerLink() override {
    *alive_ = false;
    if (timer_) links_.scheduler_.cancel(*timer_);
  }

  void send(journal::PartitionKey key, const raft::Message& message,
            const std::vector<wire::Batch>& batches) {
    bool bulk = is_bulk(message);
    Outbox& outbox = bulk ? bulk_outbox_ : fast_outbox_;
    outbox.envelope.messages.push_back(to_wire(key, message));
    for (const wire::Batch& batch : batches) {
      outbox.payload.push_back(batch.header().bytes());
      if (!batch.body().empty()) outbox.payload.push_back(batch.body());
      outbox.bytes += batch.header().batch_bytes();
    }
    if (outbox.bytes >= limits::kPeerFrameBytes ||
        outbox.payload.size() + 2 > limits::kPayloadPieces / 2 ||
        outbox.envelope.messages.size() >= limits::kPeerFrameMessages)
      return flush(outbox, bulk ? bulk_ : fast_);
    if (outbox.flushing) return;
    outbox.flushing = true;
    links_.scheduler_.post([this, alive = alive_, bulk] {
      if (*alive) bulk ? flush(bulk_outbox_, bulk_) : flush(fast_outbox_, fast_);
    });
  }

  void send_snapshot(journal::PartitionKey key, const partition::SnapshotMessage& message) {
    wire::PeerMessages one{.cluster = links_.cluster_, .messages = {to_wire(key, message)}};
    std::vector<Buffer> payload;
    if (!message.head.empty()) payload.push_back(message.head);
    if (!bulk_.send_message({std::move(one), std::move(payload)})) ++links_.messages_lost_;
  }

  void request(wire::Envelope envelope, net::Channel::Answer answer) {
    auto asked =
        fast_.request({std::move(envelope), {}}, limits::kPeerRequestTimeout, std::move(answer));
    if (!asked) links_.log_.debug("not asked", {{"why", asked.error().text()}});
  }

  std::optional<MonotonicTime> up_since() const {
    if (!heard_ || now() - *heard_ > limits::kPeerDown) return std::nullopt;
    return up_since_;
  }

 private:
  static net::ChannelOptions options() { return {.hello = {.program = kProgram}}; }
  MonotonicTime now() const { return links_.scheduler_.clock().monotonic(); }

  void on_down(const Error& why) override {
    if (heard_)
      links_.log_.info("a broker is gone", {{"broker", broker_.value()}, {"why", why.text()}});
    heard_.reset();
    links_.events_.on_lost(broker_);
  }

  void flush(Outbox& outbox, net::Channel& channel) {
    outbox.flushing = false;
    if (outbox.envelope.messages.empty()) return;
    outbox.envelope.cluster = links_.cluster_;
    size_t messages = outbox.envelope.messages.size();
    auto sent =
        channel.send_message({std::move(outbox.envelope), std::exchange(outbox.payload, {})});
    if (!sent) links_.messages_lost_ += messages;
    outbox = Outbox();
  }

  void introduce() {
    timer_ = links_.scheduler_.after(links_.interval_, [this] {
      timer_.reset();
      if (fast_.is_up()) ask();
      introduce();
    });
  }

  void ask() {
    request(links_.events_.introduction(), [this, asked = now()](Result<net::Message> answer) {
      if (!answer) {
        links_.log_.debug("a broker does not introduce itself",
                          {{"broker", broker_.value()}, {"why", answer.error().text()}});
        return;
      }
      auto* reply = std::get_if<wire::IntroduceReply>(&answer->envelope);
      if (!reply || reply->self.broker != broker_) return;
      if (!heard_ || now() - *heard_ > limits::kPeerDown) up_since_ = now();
      heard_ = now();
      links_.events_.on_introduced(broker_, *reply, asked);
    });
  }

  PeerLinks& links_;
  BrokerId broker_;
  net::Channel fast_;
  net::Channel bulk_;
  Outbox fast_outbox_;
  Outbox bulk_outbox_;
  std::optional<MonotonicTime> heard_;
  MonotonicTime up_since_;
  std::optional<Scheduler::TimerId> timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

PeerLinks::PeerLinks(net::Transport& transport, Scheduler& scheduler, const Random& random, Log log,
                     const std::map<BrokerId, net::Endpoint>& others, PeerEvents& events)
    : scheduler_(scheduler), log_(std::move(log)), events_(events) {
  for (const auto& [broker, endpoint] : others)
    links_.emplace(broker, std::make_unique<PeerLink>(
                               *this, transport, random.stream(endpoint.text()), broker, endpoint));
}

PeerLinks::~PeerLinks() = default;

void PeerLinks::send(BrokerId to, journal::PartitionKey key, const raft::Message& message,
                     const std::vector<wire::Batch>& batches) {
  auto link = links_.find(to);
  if (link == links_.end()) {
    ++messages_lost_;
    return;
  }
  link->second->send(key, message, batches);
}

void PeerLinks::send_snapshot(journal::PartitionKey key,
                              const partition::SnapshotMessage& message) {
  auto link = links_.find(broker_of(message.to));
  if (link != links_.end()) link->second->send_snapshot(key, message);
}

void PeerLinks::request(BrokerId to, wire::Envelope envelope, net::Channel::Answer answer) {
  auto link = links_.find(to);
  if (link != links_.end()) link->second->request(std::move(envelope), std::move(answer));
}

bool PeerLinks::is_up(BrokerId broker) const { return up_since(broker).has_value(); }

std::vector<BrokerId> PeerLinks::up() const {
  std::vector<BrokerId> all;
  for (const auto& [broker, link] : links_)
    if (is_up(broker)) all.push_back(broker);
  return all;
}

std::optional<MonotonicTime> PeerLinks::up_since(BrokerId broker) const {
  auto link = links_.find(broker);
  return link == links_.end() ? std::nullopt : link->second->up_since();
}

}  // namespace usher::server

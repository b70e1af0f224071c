#include "client/cluster.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "client/cluster_link.h"

namespace usher::client {

// A request on its way: whom it asks next and what it knows of its failures.
struct Cluster::Asking {
  net::Message request;
  Attempts attempts;
  Answer answer;
  // Chooses the broker; nothing: metadata is asked for first.
  std::function<std::optional<BrokerId>(Cluster&)> whom;
  std::optional<PartitionAt> partition;
  bool anyone = false;
  // By the last refusal: asked next.
  std::optional<BrokerId> named = {};
};

struct Cluster::Refreshing {
  MonotonicTime deadline;
  uint64_t version = 0;
  // The question that was under way when it was asked for does not count.
  bool is_next = false;
  Known known;
};

Cluster::Cluster(net::Transport& transport, Scheduler& scheduler, Random random,
                 ClusterOptions options)
    : transport_(transport), scheduler_(scheduler), random_(random), options_(std::move(options)) {
  if (!options_.brokers.empty())
    next_broker_ = random_.stream("first broker").below(options_.brokers.size());
}

Cluster::~Cluster() = default;

// --- brokers ---

Cluster::Link& Cluster::link_to(const net::Endpoint& endpoint) {
  std::unique_ptr<Link>& link = links_[endpoint];
  if (!link)
    link = std::make_unique<Link>(transport_, scheduler_, random_.stream(endpoint.text()), endpoint,
                                  options_.program, [this, endpoint] { went_down(endpoint); });
  return *link;
}

void Cluster::went_down(const net::Endpoint& endpoint) {
  if (!metadata()) return;
  for (const wire::BrokerInfo& broker : metadata()->brokers)
    if (broker.endpoint == endpoint.text()) routes_.miss_all(broker.id);
}

std::optional<net::Endpoint> Cluster::endpoint_of(BrokerId broker) const {
  if (!metadata()) return std::nullopt;
  const wire::BrokerInfo* info = broker_of(*metadata(), broker);
  if (!info) return std::nullopt;
  auto endpoint = net::Endpoint::parse(info->endpoint);
  return endpoint ? std::optional(*endpoint) : std::nullopt;
}

std::optional<net::Endpoint> Cluster::next_broker() {
  std::vector<net::Endpoint> all = options_.brokers;
  if (metadata())
    for (const wire::BrokerInfo& broker : metadata()->brokers)
      if (auto endpoint = net::Endpoint::parse(broker.endpoint);
          endpoint && std::ranges::find(all, *endpoint) == all.end())
        all.push_back(*endpoint);
  if (all.empty()) return std::nullopt;
  // One that is not known to be down, where there is one.
  for (size_t tried = 0; tried < all.size(); ++tried) {
    const net::Endpoint& endpoint = all[next_broker_++ % all.size()];
    if (auto link = links_.find(endpoint); link == links_.end() || !link->second->is_down())
      return endpoint;
  }
  return all[next_broker_++ % all.size()];
}

void Cluster::ask_endpoint(const net::Endpoint& endpoint, net::Message request, Duration within,
                           Answer answer) {
  link_to(endpoint).ask(std::move(request), within, std::move(answer));
}

// Not inside the call: it may come from an answer of the very link.
void Cluster::forget_endpoint(const net::Endpoint& endpoint) {
  scheduler_.post([this, alive = std::weak_ptr(alive_), endpoint] {
    if (!alive.expired()) links_.erase(endpoint);
  });
}

void Cluster::ask(BrokerId broker, net::Message request, Duration within, Answer answer) {
  if (auto endpoint = endpoint_of(broker))
    return ask_endpoint(*endpoint, std::move(request), within, std::move(answer));
  Error why{ErrorCode::UNREACHABLE, fmt::format("broker {} is not known", broker.value())};
  scheduler_.post(
      [alive = std::weak_ptr(alive_), answer = std::move(answer), why = std::move(why)]() mutable {
        if (!alive.expired()) answer(fail(std::move(why)));
      });
}

void Cluster::learn_from(PartitionAt at, BrokerId asked, const Error& why) {
  if (why.code == ErrorCode::NOT_LEADER && why.at) {
    BrokerId named(static_cast<uint32_t>(*why.at));
    if (named != asked) return routes_.learn(at, named);
  }
  if (!is_elsewhere(why.code)) return;
  routes_.miss(at, asked);
  doubt();
}

void Cluster::ask_leader_once(PartitionAt at, net::Message request, Duration within,
                              Answer answer) {
  BrokerId asked = routes_.whom(at).value_or(BrokerId(0));
  ask(asked, std::move(request), within,
      [this, at, asked, answer = std::move(answer)](Result<net::Message> reply) mutable {
        if (!reply) learn_from(at, asked, reply.error());
        answer(std::move(reply));
      });
}

// --- requests that are repeated ---

void Cluster::ask_leader(PartitionAt at, net::Message request, Duration within, Answer answer) {
  begin(
      std::make_shared<Asking>(Asking{.request = std::move(request),
                                      .attempts = {now() + within, true},
                                      .answer = std::move(answer),
                                      .whom = [at](Cluster& self) { return self.routes_.whom(at); },
                                      .partition = at}));
}

void Cluster::ask_controller(net::Message request, Duration within, Answer answer) {
  auto whom = [](Cluster& self) {
    return self.metadata() ? self.metadata()->controller : std::nullopt;
  };
  begin(std::make_shared<Asking>(Asking{.request = std::move(request),
                                        .attempts = {now() + within, true},
                                        .answer = std::move(answer),
                                        .whom = whom,
                                        .partition = {}}));
}

void Cluster::tell_controller(net::Message request, Duration within, Answer answer) {
  auto whom = [](Cluster& self) {
    return self.metadata() ? self.metadata()->controller : std::nullopt;
  };
  begin(std::make_shared<Asking>(Asking{.request = std::move(request),
                                        .attempts = {now() + within, false},
                                        .answer = std::move(answer),
                                        .whom = whom,
                                        .partition = {}}));
}

void Cluster::ask_any(net::Message request, Duration within, Answer answer) {
  begin(std::make_shared<Asking>(Asking{.request = std::move(request),
                                        .attempts = {now() + within, true},
                                        .answer = std::move(answer),
                                        .whom = {},
                                        .partition = {},
                                        .anyone = true}));
}

void Cluster::begin(std::shared_ptr<Asking> asking) {
  if (asking->anyone) return attempt(asking);
  with_metadata(asking->attempts.left(now()), [this, asking](Result<MetadataPtr> known) {
    if (!known) return asking->answer(std::unexpected(std::move(known).error()));
    attempt(asking);
  });
}

void Cluster::attempt(const std::shared_ptr<Asking>& asking) {
  std::optional<BrokerId> broker = std::exchange(asking->named, std::nullopt);
  if (!broker && !asking->anyone) broker = asking->whom(*this);
  std::optional<net::Endpoint> endpoint = asking->anyone ? next_broker()
                                          : broker       ? endpoint_of(*broker)
                                                         : std::nullopt;
  if (!endpoint)
    return after_failure(
        asking, {ErrorCode::UNREACHABLE, asking->partition ? "no replica of the partition is known"
                                                           : "no broker is known to answer this"});
  Duration within = std::min(asking->attempts.left(now()), limits::kAttemptTimeout);
  // What is told once is waited for: its outcome matters more than another attempt.
  ask_endpoint(*endpoint, asking->request, within,
               [this, asking, broker](Result<net::Message> reply) {
                 if (reply) return asking->answer(std::move(reply));
                 if (asking->partition && broker)
                   learn_from(*asking->partition, *broker, reply.error());
                 after_failure(asking, std::move(reply).error());
               });
}

void Cluster::after_failure(const std::shared_ptr<Asking>& asking, Error why) {
  if (why.code == ErrorCode::NOT_LEADER && why.at && !asking->anyone)
    asking->named = BrokerId(static_cast<uint32_t>(*why.at));
  RetryPlan plan = asking->attempts.failed(std::move(why), now());
  if (!plan.again) return asking->answer(std::unexpected(asking->attempts.verdict()));
  if (plan.elsewhere && !asking->anyone) doubt();
  scheduler_.after(plan.after, [this, alive = std::weak_ptr(alive_), asking] {
    if (!alive.expired()) attempt(asking);
  });
}

// --- metadata ---

void Cluster::with_metadata(Duration within, Known known) {
  if (!metadata()) return refresh(within, std::move(known));
  known(metadata());
}

void Cluster::doubt() {
  if (!is_fetching_) refresh(limits::kAttemptTimeout, [](Result<MetadataPtr>) {});
}

void Cluster::refresh(Duration within, Known known) { refresh_to(0, within, std::move(known)); }

void Cluster::refresh_to(uint64_t version, Duration within, Known known) {
  refreshing_.push_back(std::make_shared<Refreshing>(Refreshing{.deadline = now() + within,
                                                                .version = version,
                                                                .is_next = is_fetching_,
                                                                .known = std::move(known)}));
  if (!is_fetching_) fetch_metadata();
}

void Cluster::fetch_metadata() {
  is_fetching_ = true;
  for (auto& waiting : refreshing_) waiting->is_next = false;
  auto endpoint = next_broker();
  if (!endpoint) {
    scheduler_.post([this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired())
        take_metadata(fail(ErrorCode::UNREACHABLE, "no broker was named; give --brokers or --dir"));
    });
    return;
  }
  ask_endpoint(*endpoint, {wire::MetadataRequest{}, {}}, limits::kAttemptTimeout / 2,
               [this](Result<net::Message> answer) { take_metadata(std::move(answer)); });
}

void Cluster::take_metadata(Result<net::Message> answer) {
  auto metadata = reply_of<wire::Metadata>(std::move(answer));
  // It does not even know itself: founded just now, or with an empty disk. Others know more.
  if (metadata && metadata->brokers.empty())
    metadata = fail(ErrorCode::STALE_METADATA, "the broker has not read the cluster's log yet");
  if (metadata) {
    failures_ = 0;
    routes_.take(std::move(*metadata));
  } else {
    ++failures_;
    last_failure_ = std::move(metadata).error();
  }
  std::vector<std::shared_ptr<Refreshing>> done;
  uint64_t version = routes_.metadata() ? routes_.metadata()->version : 0;
  std::erase_if(refreshing_, [&](const auto& waiting) {
    bool has_it = failures_ == 0 && !waiting->is_next && version >= waiting->version;
    if (!has_it && waiting->deadline > now()) return false;
    done.push_back(waiting);
    return true;
  });
  if (refreshing_.empty()) {
    is_fetching_ = false;
  } else {
    scheduler_.after(retry_delay(failures_), [this, alive = std::weak_ptr(alive_)] {
      if (!alive.expired()) fetch_metadata();
    });
  }
  std::weak_ptr<bool> alive = alive_;
  bool is_good = failures_ == 0;
  for (auto& waiting : done) {
    if (alive.expired()) return;
    if (is_good && version >= waiting->version)
      waiting->known(routes_.metadata());
    else if (is_good)
      waiting->known(fail(ErrorCode::TIMED_OUT, "the metadata did not show it in time"));
    else
      waiting->known(std::unexpected(last_failure_));
  }
}

}  // namespace usher::client

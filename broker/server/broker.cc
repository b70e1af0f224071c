#include "broker/server/broker.h"

#include <algorithm>

#include <fmt/format.h>

#include "broker/controller/leader_spread.h"
#include "broker/server/retaining.h"

namespace usher::server {
namespace {

std::map<BrokerId, net::Endpoint> others(const BrokerOptions& options, BrokerId self) {
  auto brokers = options.cluster;
  brokers.erase(self);
  return brokers;
}

std::set<BrokerId> ids_of(const BrokerOptions& options) {
  std::set<BrokerId> ids;
  for (const auto& [id, endpoint] : options.cluster) ids.insert(id);
  return ids;
}

wire::BrokerInfo info_of(const wire::Founder& founder) {
  return {.id = founder.broker,
          .endpoint = founder.endpoint,
          .rack = founder.rack,
          .incarnation = founder.incarnation,
          .up = false};
}

// Of the memory that the program may use: a quarter for what readers find in memory, a quarter for
// what only the journal has besides (appends are refused above both), an eighth for requests that
// wait for an answer. The rest is for answers on their way, and the program itself.
uint64_t tail_bytes(uint64_t memory) { return std::min(limits::kTailCacheBytes, memory / 4); }

net::RequestServerOptions server_options(uint64_t memory) {
  return {.hello = {.program = "usher-broker " USHER_VERSION},
          .request_bytes_in_all = std::min<uint64_t>(limits::kServedRequestBytesInAll, memory / 8)};
}

}  // namespace

Broker::Broker(Seams seams, BrokerOptions options, Identity identity, BrokerOwner& owner)
    : seams_(std::move(seams)),
      options_(std::move(options)),
      identity_(std::move(identity)),
      owner_(owner),
      self_{.broker = identity_.broker,
            .endpoint = options_.cluster.at(identity_.broker).text(),
            .rack = options_.rack,
            .incarnation = identity_.incarnation},
      log_(seams_.log.child("broker")),
      metrics_(seams_.metrics),
      clocks_(options_.cluster.size(), seams_.scheduler.clock().monotonic()),
      founding_(seams_.scheduler, seams_.disk, seams_.random.stream("founding"),
                seams_.log.child("founding"), identity_, self_, ids_of(options_),
                [this] { open_journal(); }),
      requests_(seams_.scheduler, founding_, identity_, self_),
      links_(seams_.transport, seams_.scheduler, seams_.random.stream("links"),
             seams_.log.child("peers"), others(options_, identity_.broker), *this),
      replicas_(seams_.scheduler, seams_.disk, links_, seams_.random.stream("replicas"), identity_,
                clocks_,
                {.segment_bytes = options_.segment_bytes,
                 .tail_bytes = tail_bytes(options_.memory_bytes)},
                metrics_.journal(), seams_.log.child("partitions"),
                [this](const Error& why) { lose_data(why); }),
      system_(seams_.scheduler, seams_.log.child("controller"), replicas_),
      controller_(seams_.scheduler, system_, [this] { on_state_changed(); }),
      here_(controller_.state(), replicas_),
      data_(seams_.scheduler, here_, seams_.random.stream("producers"),
            {.tails = replicas_.tails(), .bytes_max = 2 * tail_bytes(options_.memory_bytes)},
            metrics_.data()),
      fetches_(seams_.scheduler, here_, replicas_),
      apps_(seams_.scheduler, system_, controller_, seams_.log.child("apps")),
      readmissions_(
          seams_.scheduler, replicas_, controller_.state(), identity_,
          [this](BrokerId broker) { return present(broker); }, seams_.log.child("readmission")),
      mending_(seams_.scheduler, replicas_, links_, seams_.log.child("mending")),
      server_(seams_.transport, seams_.scheduler, server_options(options_.memory_bytes),
              requests_) {}

Broker::~Broker() {
  *alive_ = false;
  if (timer_) seams_.scheduler.cancel(*timer_);
}

Result<void> Broker::start() {
  TRY_ASSIGN(net::Endpoint listening, server_.listen(options_.listen));
  log_.info("listening", {{"address", listening.text()}});
  if (options_.cluster.size() == 1) log_.warn("one broker alone: nothing is replicated");
  if (founding_.is_founded()) {
    open_journal();
  } else {
    log_.info("waits for the brokers of its list", {{"missing", founding_.missing()}});
    founding_.start(links_);
  }
  work_again();
  return {};
}

wire::IntroduceRequest Broker::introduction() const {
  bool founded = identity_.stage == wire::FoundingStage::kFounded;
  return {.self = self_, .cluster = founded ? identity_.plan.cluster : wire::ClusterId()};
}

void Broker::on_introduced(BrokerId broker, const wire::IntroduceReply& reply,
                           MonotonicTime asked) {
  seen_[broker] = info_of(reply.self);
  clocks_.compare(broker, asked, reply.clock, seams_.scheduler.clock().monotonic());
  founding_.on_introduced(broker, reply);
}

void Broker::on_lost(BrokerId broker) { replicas_.broker_lost(broker); }

void Broker::open_journal() {
  links_.belong_to(identity_.plan.cluster);
  links_.introduce_every(limits::kIntroduceInterval);
  journal::Journal::open(seams_.scheduler, seams_.disk,
                         {.directory = "journal",
                          .id = journal::JournalId(identity_.incarnation.value()),
                          .file_bytes = options_.journal_file_bytes,
                          .files_max = limits::kJournalFiles,
                          .attest_after = limits::kAttestAfter},
                         replicas_, [this, alive = alive_](Result<journal::Journal::Opened> found) {
                           if (!*alive) return;
                           bool lost = !found && found.error().code == ErrorCode::JOURNAL_CORRUPT;
                           if (lost) return lose_data(found.error());
                           if (!found) return fail_for_ever(found.error());
                           opened(std::move(*found));
                         });
}

void Broker::opened(journal::Journal::Opened found) {
  log_.info("the journal is open", {{"partitions", found.recovered.size()}, {"torn", found.torn}});
  replicas_.take(std::move(found));
  // Before anything is open: what keeps the controller's own log from opening must be fetched.
  mending_.start();
  std::vector<wire::Incarnation> founders;
  for (const wire::Founder& founder : identity_.plan.founders)
    if (founders.size() < limits::kSystemReplicas) founders.push_back(founder.incarnation);
  replicas_.open(kSystemKey, founders, [this] { serve(); });
}

void Broker::serve() {
  requests_.serve({.data = data_,
                   .fetches = fetches_,
                   .apps = apps_,
                   .controller = controller_,
                   .replicas = replicas_,
                   .metadata = [this] {
                     return metadata_view(identity_, controller_.state(), replicas_, links_);
                   }});
  system_.feed(controller_);
  readmissions_.start();
  metrics_.watch(replicas_, fetches_, server_);
  metrics_.follow(controller_.state(), replicas_);
}

// The partitions that are placed here are opened, those of deleted spaces are closed. While more is
// known to be decided it is waited for: at a start the whole log goes by, with all that was once
// made and is no more.
void Broker::on_state_changed() {
  const controller::ClusterState& state = controller_.state();
  if (state.end() < replicas_.find(kSystemKey)->node().commit()) return;
  for (const auto& [id, space] : state.spaces())
    for (uint32_t i = 0; i < space.info.partitions.size(); ++i)
      if (std::ranges::find(space.info.partitions[i].replicas, identity_.broker) !=
          space.info.partitions[i].replicas.end())
        replicas_.open({id, PartitionId(i)}, space.founders[i]);
  // Not inside a callback of the partition itself.
  seams_.scheduler.post([this, alive = alive_] {
    if (!*alive) return;
    replicas_.close_all([this](SpaceId space) { return controller_.state().was_deleted(space); });
  });
}

wire::BrokerInfo Broker::self_info() const { return info_of(self_); }

// On the controller's leader: who introduced itself as somebody new stands in the log.
void Broker::register_broker(const wire::BrokerInfo& broker) {
  auto known = controller_.state().brokers().find(broker.id);
  if (known != controller_.state().brokers().end() && known->second == broker) return;
  if (!registering_.insert(broker.id).second) return;
  controller_.submit(
      [broker](const controller::ClusterState& state) { return decide(state, broker); },
      [this, alive = alive_, id = broker.id](const Result<uint64_t>&) {
        if (*alive) registering_.erase(id);
      });
}

// What is looked at from time to time.
void Broker::work_again() {
  timer_ = seams_.scheduler.after(limits::kSpreadInterval, [this] {
    if (requests_.is_serving() && !stopping_) {
      if (system_.may_decide()) {
        register_broker(self_info());
        for (const auto& [id, broker] : seen_)
          if (links_.is_up(id)) register_broker(broker);
      }
      spread_leaders();
      retain();
      metrics_.follow(controller_.state(), replicas_);
    }
    work_again();
  });
}

// Every replica lets go by itself, of what is committed there.
void Broker::retain() {
  MonotonicTime now = seams_.scheduler.clock().monotonic();
  if (now - retained_at_ < limits::kRetentionInterval) return;
  retained_at_ = now;
  for (const auto& [id, space] : controller_.state().spaces()) {
    log::RetentionRules rules = retention_rules(space);
    for (uint32_t i = 0; i < space.info.partitions.size(); ++i)
      if (partition::Partition* here = replicas_.find({id, PartitionId(i)})) here->retain(rules);
  }
}

bool Broker::is_level(const partition::Partition& partition, BrokerId broker) const {
  const raft::Node& node = partition.node();
  return std::ranges::any_of(node.progress(), [&](const auto& entry) {
    return broker_of(entry.first) == broker &&
           node.memberships().in_force().is_voter(entry.first) &&
           entry.second.match() >= node.commit();
  });
}

void Broker::spread_leaders() {
  MonotonicTime now = seams_.scheduler.clock().monotonic();
  std::vector<controller::Led> led;
  for (const auto& [id, space] : controller_.state().spaces())
    for (uint32_t i = 0; i < space.info.partitions.size(); ++i) {
      partition::Partition* here = replicas_.find({id, PartitionId(i)});
      if (!here || here->node().standing().role != raft::Role::kLeader) continue;
      BrokerId preferred = space.info.partitions[i].replicas.front();
      auto since = links_.up_since(preferred);
      led.push_back({.space = id,
                     .partition = PartitionId(i),
                     .preferred = preferred,
                     .preferred_is_up = since && now - *since >= limits::kSpreadAfter,
                     .preferred_is_level = is_level(*here, preferred)});
    }
  for (const controller::HandOver& order :
       controller::spread(identity_.broker, led, limits::kHandOversAtOnce)) {
    partition::Partition& partition = *replicas_.find({order.space, order.partition});
    for (raft::ReplicaId voter : partition.node().memberships().in_force().voters)
      if (broker_of(voter) == order.to) (void)partition.transfer_leadership(voter);
  }
}

std::string Broker::why_not_ready() const {
  if (failure_) return failure_->text();
  if (!founding_.is_founded())
    return fmt::format("the cluster is not founded; brokers that do not answer: {}",
                       founding_.missing());
  std::string waits = partitions_that_wait(replicas_, mending_, identity_,
                                           [this](BrokerId broker) { return here(broker); });
  if (!requests_.is_serving() && replicas_.not_opened().empty()) return "the journal is being read";
  return waits;
}

std::optional<wire::Incarnation> Broker::here(BrokerId broker) const {
  if (broker == identity_.broker) return identity_.incarnation;
  auto seen = seen_.find(broker);
  if (seen == seen_.end() || !links_.is_up(broker)) return std::nullopt;
  return seen->second.incarnation;
}

// Who is not in the log yet is taken for what it says of itself: the cluster has just been founded.
std::optional<wire::Incarnation> Broker::present(BrokerId broker) const {
  auto now = here(broker);
  auto known = controller_.state().brokers().find(broker);
  if (known == controller_.state().brokers().end() || known->second.incarnation == now) return now;
  return std::nullopt;
}

// What is under way when the journal fails ends first.
void Broker::lose_data(const Error& why) {
  fail_for_ever(why);
  seams_.scheduler.post([this, alive = alive_, why] {
    if (*alive) owner_.on_data_lost(why);
  });
}

void Broker::fail_for_ever(const Error& why) {
  failure_ = why;
  log_.error("this broker cannot go on", {{"error", why.text()}});
}

// To whoever is level, so that nobody has to wait for an election.
void Broker::hand_over_everything() {
  replicas_.each([&](journal::PartitionKey, partition::Partition& partition) {
    if (partition.node().standing().role != raft::Role::kLeader) return;
    for (const auto& [replica, progress] : partition.node().progress())
      if (progress.match() >= partition.node().commit() && links_.is_up(broker_of(replica)) &&
          partition.transfer_leadership(replica))
        return;
  });
}

void Broker::drain(Callback done) {
  stopping_ = true;
  fetches_.stop();
  hand_over_everything();
  // New requests are refused from here on; those under way are answered.
  server_.stop(limits::kCloseTimeout, std::move(done));
}

}  // namespace usher::server

#include "broker/server/founding.h"

#include <algorithm>

#include <fmt/format.h>

namespace usher::server {

using wire::FoundingStage;

Founding::Founding(Scheduler& scheduler, io::Disk& disk, Random random, Log log, Identity& identity,
                   wire::Founder self, std::set<BrokerId> listed, std::function<void()> founded)
    : scheduler_(scheduler),
      disk_(disk),
      random_(random),
      log_(std::move(log)),
      identity_(identity),
      self_(std::move(self)),
      listed_(std::move(listed)),
      founded_(std::move(founded)) {
  heard_.emplace(identity_.broker, self_);
}

std::string Founding::missing() const {
  std::string names;
  for (BrokerId broker : listed_)
    if (!heard_.contains(broker))
      names += fmt::format("{}{}", names.empty() ? "" : ", ", broker.value());
  return names;
}

void Founding::start(PeerLinks& links) {
  links_ = &links;
  // A new directory's incarnation must be safe before anybody hears it.
  become(identity_.stage, identity_.plan, [this](Result<void> written) {
    if (!written)
      return log_.error("the identity cannot be written", {{"error", written.error().text()}});
    propose_if_all_are_there();
  });
}

bool Founding::names_me(const wire::FoundingPlan& plan) const {
  return std::ranges::any_of(plan.founders, [&](const wire::Founder& founder) {
    return founder.broker == identity_.broker;
  });
}

void Founding::on_introduced(BrokerId broker, const wire::IntroduceReply& reply) {
  if (is_founded() || writing_) return;
  if (reply.stage == FoundingStage::kFounded) {
    if (!names_me(reply.plan))
      return log_.error("the cluster was founded without this broker",
                        {{"cluster", text_of(reply.plan.cluster)}, {"broker", broker.value()}});
    return become(FoundingStage::kFounded, reply.plan, [](const Result<void>&) {});
  }
  bool is_new = !heard_.contains(broker);
  heard_[broker] = reply.self;
  if (is_new)
    log_.info("a broker of the list answers", {{"broker", broker.value()}, {"missing", missing()}});
  propose_if_all_are_there();
}

void Founding::propose_if_all_are_there() {
  if (is_founded() || writing_ || !i_propose() || heard_.size() < listed_.size()) return;
  wire::FoundingPlan plan;
  for (const auto& [broker, founder] : heard_) plan.founders.push_back(founder);
  if (plan_ && plan_->founders == plan.founders) return ask_to_prepare();
  plan.cluster = {.high = random_.next(), .low = random_.next()};
  plan_ = plan;
  prepared_.clear();
  become(FoundingStage::kPrepared, plan, [this](Result<void> written) {
    if (!written) return;
    prepared(identity_.broker);
    ask_to_prepare();
  });
}

// Asked again whenever somebody introduces itself, until all have.
void Founding::ask_to_prepare() {
  for (BrokerId broker : listed_) {
    if (prepared_.contains(broker)) continue;
    links_->request(broker, wire::PrepareRequest{*plan_},
                    [this, alive = alive_, broker, plan = *plan_](Result<net::Message> answer) {
                      if (*alive && answer && plan_ == plan) prepared(broker);
                    });
  }
}

void Founding::prepared(BrokerId broker) {
  if (is_founded() || writing_) return;
  prepared_.insert(broker);
  if (prepared_.size() < listed_.size()) return;
  become(FoundingStage::kFounded, *plan_, [this](Result<void> written) {
    if (!written) return;
    for (BrokerId other : listed_)
      if (other != identity_.broker)
        links_->request(other, wire::FoundRequest{identity_.plan},
                        [](const Result<net::Message>&) {});
  });
}

void Founding::on_prepare(const wire::FoundingPlan& plan, Answer answer) {
  if (is_founded())
    return answer(fail(ErrorCode::CLUSTER_MISMATCH,
                       fmt::format("broker {} belongs to cluster {}", identity_.broker.value(),
                                   text_of(identity_.plan.cluster))));
  if (std::ranges::find(plan.founders, self_) == plan.founders.end() || writing_)
    return answer(fail(ErrorCode::STALE_METADATA, "the plan does not name this broker as it is"));
  become(FoundingStage::kPrepared, plan, std::move(answer));
}

void Founding::on_found(const wire::FoundingPlan& plan, Answer answer) {
  if (is_founded() && identity_.plan.cluster == plan.cluster) return answer({});
  if (is_founded() || writing_ || identity_.plan != plan)
    return answer(fail(ErrorCode::CLUSTER_MISMATCH, "the plan is not the one that was prepared"));
  become(FoundingStage::kFounded, plan, std::move(answer));
}

void Founding::become(FoundingStage stage, const wire::FoundingPlan& plan, Answer answer) {
  Identity next = identity_;
  next.stage = stage;
  next.plan = plan;
  writing_ = true;
  write_identity(
      disk_, next,
      [this, alive = alive_, next, answer = std::move(answer)](Result<void> written) mutable {
        if (!*alive) return;
        writing_ = false;
        if (written) identity_ = next;
        answer(written);
        if (!written || next.stage != FoundingStage::kFounded) return;
        log_.info("the cluster is founded", {{"cluster", text_of(next.plan.cluster)}});
        scheduler_.post([this, still = alive_] {
          if (*still && founded_) std::exchange(founded_, nullptr)();
        });
      });
}

}  // namespace usher::server

#include "broker/server/requests.h"

#include <fmt/format.h>

namespace usher::server {
namespace {

template <class Request, class... Kinds>
constexpr bool is_one_of = (std::is_same_v<Request, Kinds> || ...);

auto done_by(net::Responder& answer) {
  return [answer = std::move(answer)](Result<void> done) mutable {
    if (!done) return answer.fail(done.error());
    answer.reply({wire::Done{}, {}});
  };
}

}  // namespace

void Requests::on_request(const net::Peer& peer, net::Message request, net::Responder answer) {
  if (take_early(request, answer)) return;
  if (!serving_) {
    std::string missing = founding_.missing();
    return answer.fail({ErrorCode::NOT_FOUNDED,
                        missing.empty() ? "this broker is starting"
                                        : fmt::format("brokers that do not answer: {}", missing),
                        {}});
  }
  route(peer, std::move(request), std::move(answer));
}

bool Requests::take_early(const net::Message& request, net::Responder& answer) {
  if (const auto* asked = std::get_if<wire::IntroduceRequest>(&request.envelope))
    introduce(*asked, std::move(answer));
  else if (const auto* prepare = std::get_if<wire::PrepareRequest>(&request.envelope))
    founding_.on_prepare(prepare->plan, done_by(answer));
  else if (const auto* found = std::get_if<wire::FoundRequest>(&request.envelope))
    founding_.on_found(found->plan, done_by(answer));
  else
    return false;
  return true;
}

void Requests::introduce(const wire::IntroduceRequest& request, net::Responder answer) {
  bool founded = identity_.stage == wire::FoundingStage::kFounded;
  if (founded && !request.cluster.is_none() && request.cluster != identity_.plan.cluster)
    return answer.fail({ErrorCode::CLUSTER_MISMATCH,
                        fmt::format("broker {} belongs to cluster {}", identity_.broker.value(),
                                    text_of(identity_.plan.cluster)),
                        {}});
  answer.reply({wire::IntroduceReply{.self = self_,
                                     .stage = identity_.stage,
                                     .plan = identity_.plan,
                                     .clock = scheduler_.clock().wall()},
                {}});
}

// Decided by the controller, answered when this broker has applied it.
template <class Request>
void Requests::change(const Request& request, net::Responder answer) {
  serving_->controller.submit(
      [request](const controller::ClusterState& state) { return decide(state, request); },
      [answer = std::move(answer)](Result<uint64_t> version) mutable {
        if (!version) return answer.fail(version.error());
        answer.reply({wire::Done{*version}, {}});
      });
}

void Requests::new_epoch(const wire::NewEpochRequest& request, net::Responder answer) {
  auto given = std::make_shared<wire::NewEpochReply>();
  serving_->controller.submit(
      [request, given](const controller::ClusterState& state) {
        auto records = decide(state, request);
        if (records) {
          const auto& proposed = std::get<wire::TaskProposed>(records->front());
          *given = {.app = proposed.app, .epoch = proposed.epoch};
        }
        return records;
      },
      [given, answer = std::move(answer)](Result<uint64_t> version) mutable {
        if (!version) return answer.fail(version.error());
        answer.reply({*given, {}});
      });
}

void Requests::route(const net::Peer& peer, net::Message request, net::Responder answer) {
  using namespace wire;
  auto take = [&](auto& asked) {
    using Asked = std::decay_t<decltype(asked)>;
    if constexpr (std::is_same_v<Asked, AppendRequest>)
      serving_->data.on(asked, request.payload, std::move(answer));
    else if constexpr (is_one_of<Asked, NewProducerRequest, OffsetRequest, PositionRequest,
                                 PartitionStatusRequest, LeadRequest>)
      serving_->data.on(asked, std::move(answer));
    else if constexpr (std::is_same_v<Asked, FetchRequest>)
      serving_->fetches.on(peer, std::move(asked), std::move(answer));
    else if constexpr (std::is_same_v<Asked, MetadataRequest>)
      answer.reply({serving_->metadata(), {}});
    else if constexpr (is_one_of<Asked, CreateSpaceRequest, DeleteSpaceRequest, CreateTopicRequest,
                                 AlterTopicRequest, DeleteTopicRequest>)
      change(asked, std::move(answer));
    else if constexpr (std::is_same_v<Asked, NewEpochRequest>)
      new_epoch(asked, std::move(answer));
    else if constexpr (is_one_of<Asked, JoinRequest, MemberHeartbeat>)
      serving_->apps.on(peer, asked, std::move(answer));
    else if constexpr (is_one_of<Asked, LeaveRequest, DescribeAppRequest>)
      serving_->apps.on(asked, std::move(answer));
    else {
      ++unexpected_;
      answer.fail({ErrorCode::INVALID_ARGUMENT, "a request that brokers do not answer", {}});
    }
  };
  std::visit(take, request.envelope);
}

void Requests::on_message(const net::Peer&, net::Message message) {
  const auto* messages = std::get_if<wire::PeerMessages>(&message.envelope);
  if (!messages || !serving_) {
    ++unexpected_;
    return;
  }
  serving_->replicas.receive(*messages, message.payload.empty() ? Buffer() : message.payload[0]);
}

void Requests::on_gone(const net::Peer& peer) {
  if (!serving_) return;
  serving_->fetches.on_gone(peer);
  serving_->apps.on_gone(peer);
}

}  // namespace usher::server

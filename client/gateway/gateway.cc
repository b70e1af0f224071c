#include "client/gateway/gateway.h"

#include "proto/base/limits.h"
#include "proto/seats/names.h"

namespace usher::gateway {
namespace {

client::ProducerOptions commands() {
  client::ProducerOptions options;
  options.lane.deadline = limits::kGatewayWriteTimeout;
  return options;
}

}  // namespace

Gateway::Gateway(const Seams& seams, GatewayOptions options)
    : scheduler_(seams.scheduler),
      log_(seams.log.child("gateway")),
      options_(std::move(options)),
      cluster_(seams.transport, seams.scheduler, seams.random.stream("cluster"),
               {.brokers = options_.brokers, .program = "usher-gateway"}),
      producer_(cluster_, commands()),
      command_log_(cluster_, producer_),
      state_(cluster_, limits::kGatewayReadTimeout),
      booking_(command_log_, state_, seams.scheduler.clock(), seams.random.stream("ids")),
      cache_(0, limits::kSectionCacheStale),
      api_({.sources = {.booking = booking_,
                        .cache = cache_,
                        .clock = seams.scheduler.clock(),
                        .cache_rejects = options_.cache_rejects},
            .metrics = seams.metrics,
            .log = log_,
            .random = seams.random.stream("request ids"),
            .why_not_ready = [this] { return why_not_ready(); }}) {
  set_up();
}

std::string Gateway::why_not_ready() const {
  if (!feed_) return waits_for_;
  if (!cache_.loaded()) return "what is known of the sections is still being loaded";
  return "";
}

void Gateway::set_up() {
  client::have_space(cluster_, booking::seats_space(options_.partitions), limits::kRequestTimeout,
                     [this, alive = std::weak_ptr(alive_)](Result<client::MetadataPtr> known) {
                       if (!alive.expired()) load(std::move(known));
                     });
}

void Gateway::load(Result<client::MetadataPtr> known) {
  auto started = [&]() -> Result<void> {
    TRY_ASSIGN(client::MetadataPtr metadata, std::move(known));
    TRY_ASSIGN(const wire::SpaceInfo* space, client::find_space(*metadata, seats::kSpace));
    TRY_ASSIGN(feed_, SectionFeed::start(cluster_, cache_, *space, log_));
    log_.info("the seats' space is there", {{"partitions", space->partitions.size()}});
    return {};
  }();
  if (started) return;
  waits_for_ = started.error().text();
  log_.warn("the seats' space cannot be set up yet", {{"why", waits_for_}});
  scheduler_.after(limits::kReconnectDelayMax, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) set_up();
  });
}

}  // namespace usher::gateway

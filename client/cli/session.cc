#include "client/cli/session.h"

namespace usher::cli {
namespace {

using Known = client::Cluster::Known;

// Any broker's copy may be a moment old. The controller's own has all that was made or deleted
// before; where it does not answer, any must do.
void ask_controller_for_metadata(client::Cluster& cluster, Duration within, Known known) {
  cluster.refresh(
      within, [&cluster, known = std::move(known)](Result<client::MetadataPtr> any) mutable {
        if (!any || !(*any)->controller || (*any)->controller == (*any)->answered_by)
          return known(std::move(any));
        BrokerId controller = *(*any)->controller;
        cluster.ask(controller, {wire::MetadataRequest{}, {}}, limits::kAttemptTimeout / 2,
                    [&cluster, known = std::move(known)](Result<net::Message> answer) mutable {
                      if (auto metadata = client::reply_of<wire::Metadata>(std::move(answer)))
                        cluster.routes().take(std::move(*metadata));
                      known(cluster.metadata());
                    });
      });
}

client::ClusterOptions cluster_options(std::vector<net::Endpoint> brokers) {
  return {.brokers = std::move(brokers), .program = "usher"};
}

}  // namespace

Session::Session(std::vector<net::Endpoint> brokers, Duration timeout)
    : brokers_(std::move(brokers)),
      timeout_(timeout),
      signals_(std::in_place, clock_,
               service::SignalActions{.on_stop =
                                          [this] {
                                            signalled_ = true;
                                            scheduler_.post([this] {
                                              interrupted_ = was_interrupted_ = true;
                                              scheduler_.stop();
                                            });
                                          },
                                      .on_reopen = [] {}}),
      scheduler_(clock_),
      transport_(scheduler_),
      cluster_(transport_, scheduler_, Random(seed_from_system()), cluster_options(brokers_)) {}

Session::Session(Beside beside)
    : first_(&beside.first),
      brokers_(first_->brokers_),
      timeout_(first_->timeout_),
      scheduler_(clock_),
      transport_(scheduler_),
      cluster_(transport_, scheduler_, Random(seed_from_system()), cluster_options(brokers_)) {}

// A signal that comes now finds no loop to stop.
Session::~Session() { signals_.reset(); }

void Session::run() {
  if (!interrupted()) scheduler_.run();
}

void Session::run_for(Duration time) {
  auto timer = scheduler_.after(time, [this] { scheduler_.stop(); });
  run();
  scheduler_.cancel(timer);
}

void Session::turn() {
  scheduler_.post([this] { scheduler_.stop(); });
  run();
}

Result<client::MetadataPtr> Session::metadata() {
  return wait<client::MetadataPtr>([&](Answer<client::MetadataPtr> answer) {
    ask_controller_for_metadata(cluster_, timeout_, std::move(answer));
  });
}

Result<client::MetadataPtr> Session::fresh_metadata() { return metadata(); }

}  // namespace usher::cli

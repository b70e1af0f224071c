#include "client/cli/session.h"

namespace usher::cli {

Session::Session(std::vector<net::Endpoint> brokers, Duration timeout)
    : timeout_(timeout),
      signals_(std::in_place, clock_,
               service::SignalActions{.on_stop =
                                          [this] {
                                            scheduler_.post([this] {
                                              interrupted_ = was_interrupted_ = true;
                                              scheduler_.stop();
                                            });
                                          },
                                      .on_reopen = [] {}}),
      scheduler_(clock_),
      transport_(scheduler_),
      cluster_(transport_, scheduler_, Random(seed_from_system()),
               {.brokers = std::move(brokers), .program = "usher"}) {}

// A signal that comes now finds no loop to stop.
Session::~Session() { signals_.reset(); }

void Session::run() {
  if (!interrupted_) scheduler_.run();
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
    // Answered at once where it is known: not before the loop runs.
    scheduler_.post([this, answer = std::move(answer)]() mutable {
      cluster_.with_metadata(timeout_, std::move(answer));
    });
  });
}

Result<client::MetadataPtr> Session::fresh_metadata() {
  return wait<client::MetadataPtr>(
      [&](Answer<client::MetadataPtr> answer) { cluster_.refresh(timeout_, std::move(answer)); });
}

}  // namespace usher::cli

// A buyer's way through a gateway: the API as any program would call it. Each request that is under
// way has a connection of its own, which the next one takes over.
#pragma once

#include <memory>
#include <vector>

#include "proto/net/http_caller.h"

#include "tests/faults/seats/way.h"

namespace usher::faults {

class HttpWay final : public Way {
 public:
  // The scheduler outlives it.
  HttpWay(net::AsioScheduler& scheduler, std::string name, net::Endpoint gateway)
      : scheduler_(scheduler), name_(std::move(name)), gateway_(gateway) {}

  const std::string& name() const override { return name_; }
  void reserve(const Request& request, Told told) override;
  void show(const std::string& id, std::chrono::seconds wait, Told told) override;
  void settle(const std::string& id, booking::Settling what, Told told) override;

 private:
  using Caller = std::unique_ptr<net::HttpCaller>;
  void ask(const net::HttpRequest& request, Told told);

  net::AsioScheduler& scheduler_;
  std::string name_;
  net::Endpoint gateway_;
  std::vector<Caller> idle_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::faults

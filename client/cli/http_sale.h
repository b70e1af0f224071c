// A sale's requests as users make them: POST to a gateway, and once it is accepted GET with a wait
// until there is an outcome. Each outstanding request has a connection of its own, which the next
// one takes over.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "client/cli/sale_way.h"
#include "client/cli/session.h"
#include "proto/net/http_caller.h"

namespace usher::cli {

// What a gateway answered to POST or GET: an outcome, or the id of what is pending; an error for
// anything else. Pure.
struct SaleAnswer {
  std::optional<SaleOutcome> outcome = {};
  std::string pending = {};
};
Result<SaleAnswer> sale_answer_of(const net::HttpAnswer& answer);

class HttpSale final : public SaleWay {
 public:
  HttpSale(Session& session, net::Endpoint gateway) : session_(session), gateway_(gateway) {}

  Result<void> start(SaleOutcomes& outcomes) override;
  void send(uint64_t number, const std::string& event, const SaleRequest& what) override;

 private:
  using Caller = std::unique_ptr<net::HttpCaller>;
  void take(uint64_t number, Caller caller, Result<net::HttpAnswer> answer);
  void ask(uint64_t number, Caller caller, const net::HttpRequest& request);

  Session& session_;
  net::Endpoint gateway_;
  SaleOutcomes* outcomes_ = nullptr;
  std::vector<Caller> idle_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace usher::cli

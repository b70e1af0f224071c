#include "proto/net/http_server.h"

#include <algorithm>
#include <list>

#include "proto/net/asio_acceptor.h"
#include "proto/net/http_session.h"

namespace usher::net {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

class HttpServer::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(std::shared_ptr<HttpShared> shared, tcp::acceptor acceptor)
      : shared_(std::move(shared)), acceptor_(std::move(acceptor)) {}

  void accept_next() {
    acceptor_.async_accept(
        [self = shared_from_this()](const error_code& error, tcp::socket socket) {
          if (!self->acceptor_.is_open()) return;
          if (!error) self->take(std::move(socket));
          // No file descriptor left, or the like: trying again at once would spin.
          if (error && error != boost::asio::error::connection_aborted) return self->retry_later();
          self->accept_next();
        });
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (auto& session : sessions_) session->close();
    sessions_.clear();
  }

  size_t connections() const {
    return static_cast<size_t>(std::ranges::count_if(
        sessions_, [](const auto& session) { return !session->is_closed(); }));
  }

 private:
  // Whoever holds connections open without asking must not keep out who does ask.
  void take(tcp::socket socket) {
    if (sessions_.size() >= sweep_at_) sweep();
    if (sessions_.size() >= shared_->options.connections && !give_up_one()) return;
    sessions_.push_back(std::make_shared<HttpSession>(shared_, std::move(socket)));
    sessions_.back()->start();
  }

  // Those that have ended are let go whenever they may be half of all: no more than that is kept.
  void sweep() {
    std::erase_if(sessions_, [](const auto& session) { return session->is_closed(); });
    sweep_at_ = std::min(shared_->options.connections, 2 * sessions_.size() + 8);
  }

  bool give_up_one() {
    auto longest = sessions_.end();
    for (auto session = sessions_.begin(); session != sessions_.end(); ++session)
      if ((*session)->waits_since() &&
          (longest == sessions_.end() || *(*session)->waits_since() < *(*longest)->waits_since()))
        longest = session;
    if (longest == sessions_.end()) return false;
    (*longest)->close();
    sessions_.erase(longest);
    return true;
  }

  void retry_later() {
    shared_->scheduler.after(limits::kAcceptRetry, [weak = weak_from_this()] {
      auto self = weak.lock();
      if (self && self->acceptor_.is_open()) self->accept_next();
    });
  }

  std::shared_ptr<HttpShared> shared_;
  tcp::acceptor acceptor_;
  std::list<std::shared_ptr<HttpSession>> sessions_;
  size_t sweep_at_ = std::min<size_t>(shared_->options.connections, 8);
};

Result<std::unique_ptr<HttpServer>> HttpServer::open(AsioScheduler& scheduler, const Endpoint& at,
                                                     HttpHandler& handler, HttpOptions options) {
  Endpoint local = at;
  TRY_ASSIGN(tcp::acceptor acceptor, listen_on(scheduler.io_context(), local));
  auto shared = std::make_shared<HttpShared>(scheduler, options, handler);
  auto loop = std::make_shared<Loop>(std::move(shared), std::move(acceptor));
  loop->accept_next();
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop), std::move(local)));
}

HttpServer::HttpServer(std::shared_ptr<Loop> loop, Endpoint local)
    : loop_(std::move(loop)), local_(std::move(local)) {}

HttpServer::~HttpServer() { loop_->stop(); }

size_t HttpServer::connections() const { return loop_->connections(); }

}  // namespace usher::net

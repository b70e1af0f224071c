#include "proto/service/admin_endpoint.h"

#include <list>

#include <boost/asio/ip/tcp.hpp>

#include "proto/net/asio_acceptor.h"
#include "proto/service/admin_session.h"

namespace usher::service {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

class AdminEndpoint::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(std::shared_ptr<AdminShared> shared, tcp::acceptor acceptor)
      : shared_(std::move(shared)), acceptor_(std::move(acceptor)) {}

  void accept_next() {
    acceptor_.async_accept(
        [self = shared_from_this()](const error_code& error, tcp::socket socket) {
          if (!self->acceptor_.is_open()) return;
          if (!error) self->take(std::move(socket));
          // No file descriptor left, or the like: trying again at once would spin.
          if (error && error != asio::error::connection_aborted) return self->retry_later();
          self->accept_next();
        });
  }

  void stop() {
    error_code ignored;
    acceptor_.close(ignored);
    for (auto& session : sessions_) session->close();
    sessions_.clear();
  }

 private:
  // Whoever holds connections open without asking must not keep out who does ask: the oldest goes.
  void take(tcp::socket socket) {
    std::erase_if(sessions_, [](const auto& session) { return session->is_closed(); });
    if (sessions_.size() >= shared_->options.connections) {
      sessions_.front()->close();
      sessions_.pop_front();
    }
    sessions_.push_back(std::make_shared<AdminSession>(shared_, std::move(socket)));
    sessions_.back()->start();
  }

  void retry_later() {
    shared_->scheduler.after(limits::kAcceptRetry, [weak = weak_from_this()] {
      auto self = weak.lock();
      if (self && self->acceptor_.is_open()) self->accept_next();
    });
  }

  std::shared_ptr<AdminShared> shared_;
  tcp::acceptor acceptor_;
  std::list<std::shared_ptr<AdminSession>> sessions_;
};

Result<std::unique_ptr<AdminEndpoint>> AdminEndpoint::open(net::AsioScheduler& scheduler,
                                                           const net::Endpoint& at,
                                                           AdminPages pages, AdminOptions options) {
  net::Endpoint local = at;
  TRY_ASSIGN(tcp::acceptor acceptor, net::listen_on(scheduler.io_context(), local));
  auto shared = std::make_shared<AdminShared>(scheduler, options, std::move(pages));
  auto loop = std::make_shared<Loop>(std::move(shared), std::move(acceptor));
  loop->accept_next();
  return std::unique_ptr<AdminEndpoint>(new AdminEndpoint(std::move(loop), std::move(local)));
}

AdminEndpoint::AdminEndpoint(std::shared_ptr<Loop> loop, net::Endpoint local)
    : loop_(std::move(loop)), local_(std::move(local)) {}

AdminEndpoint::~AdminEndpoint() { loop_->stop(); }

}  // namespace usher::service

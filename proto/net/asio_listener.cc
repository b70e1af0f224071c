#include "proto/net/asio_listener.h"

#include "proto/net/asio_acceptor.h"
#include "proto/net/asio_connection.h"

namespace usher::net {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

namespace {

Endpoint endpoint_of(const tcp::endpoint& address) {
  return {address.address().to_string(), address.port()};
}

}  // namespace

class AsioListener::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(std::shared_ptr<AsioShared> shared, Endpoint at, Accept accept)
      : shared_(std::move(shared)),
        local_(std::move(at)),
        accept_(std::move(accept)),
        acceptor_(shared_->scheduler.io_context()) {}

  Result<void> listen();
  void accept_next();
  void stop();
  const Endpoint& local() const { return local_; }
  uint64_t refused() const { return refused_; }

 private:
  void take(tcp::socket socket);
  void retry_later();

  std::shared_ptr<AsioShared> shared_;
  Endpoint local_;
  Accept accept_;
  tcp::acceptor acceptor_;
  uint64_t refused_ = 0;
  bool stopped_ = false;
};

Result<void> AsioListener::Loop::listen() {
  TRY_ASSIGN(acceptor_, listen_on(shared_->scheduler.io_context(), local_));
  return {};
}

void AsioListener::Loop::accept_next() {
  acceptor_.async_accept([self = shared_from_this()](error_code error, tcp::socket socket) {
    if (self->stopped_) return;
    // The peer was gone before we came to it: no reason to wait for the next.
    if (error && error != asio::error::connection_aborted) return self->retry_later();
    if (!error) self->take(std::move(socket));
    if (!self->stopped_) self->accept_next();
  });
}

void AsioListener::Loop::take(tcp::socket socket) {
  error_code gone;
  tcp::endpoint peer = socket.remote_endpoint(gone);
  if (gone) return;
  if (shared_->accepted_standing >= shared_->options.connections) {
    ++refused_;
    return;
  }
  accept_(std::make_unique<AsioConnection>(
      AsioStream::accepted(shared_, std::move(socket), endpoint_of(peer))));
}

void AsioListener::Loop::retry_later() {
  shared_->scheduler.after(limits::kAcceptRetry, [weak = weak_from_this()] {
    auto self = weak.lock();
    if (self && !self->stopped_) self->accept_next();
  });
}

void AsioListener::Loop::stop() {
  stopped_ = true;
  error_code ignored;
  acceptor_.close(ignored);
}

Result<std::unique_ptr<Listener>> AsioListener::open(std::shared_ptr<AsioShared> shared,
                                                     const Endpoint& at, Accept accept) {
  auto loop = std::make_shared<Loop>(std::move(shared), at, std::move(accept));
  TRY(loop->listen());
  loop->accept_next();
  return std::unique_ptr<Listener>(new AsioListener(std::move(loop)));
}

AsioListener::AsioListener(std::shared_ptr<Loop> loop) : loop_(std::move(loop)) {}
AsioListener::~AsioListener() { loop_->stop(); }
const Endpoint& AsioListener::local() const { return loop_->local(); }
uint64_t AsioListener::refused() const { return loop_->refused(); }

}  // namespace usher::net

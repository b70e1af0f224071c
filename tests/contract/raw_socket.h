// A TCP socket of a test's own, to say what no program of Usher says.
#pragma once

#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "proto/base/bytes.h"
#include "proto/base/check.h"
#include "proto/net/transport.h"

namespace usher::net {

class RawSocket {
 public:
  RawSocket() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {}
  ~RawSocket() { close(); }
  RawSocket(const RawSocket&) = delete;
  RawSocket& operator=(const RawSocket&) = delete;

  bool connect(const Endpoint& to) {
    sockaddr_in address = loopback(to.port);
    return ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  // Listens with the smallest backlog there is, and never accepts.
  Endpoint listen_and_ignore() {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int bound = ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
    CHECK(bound == 0 && ::listen(fd_, 0) == 0, "an address of this machine is to be had");
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    return {"127.0.0.1", ntohs(address.sin_port)};
  }
  bool send(Bytes bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  bool send(std::string_view text) { return send(as_bytes(text)); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }
  // Ends with a reset in place of an end.
  void reset() {
    linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

 private:
  static sockaddr_in loopback(uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }
  int fd_;
};

}  // namespace usher::net

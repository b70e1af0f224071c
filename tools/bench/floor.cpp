// The floor: the least that a replicated, durable log can do on this machine, to hold our figures
// against. One leader and two followers as processes on loopback. Each batch is checksummed on
// every node, sent to both followers, written to a pre-zeroed O_DIRECT journal with one fdatasync
// per group, and acknowledged when two of three have it on disk. No consensus, no record parsing,
// no index, one connection. With "twice" every node also writes each byte a second time, behind, in
// 1 MiB O_DIRECT writes: what a log with a journal and segments has to do. Sustained figures need
// seconds: a minute is honest, a second flatters.
//   tools/dev bench floor [DIR [SECONDS [twice]]]
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nmmintrin.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void checksum(const char* p, size_t n) {
  uint64_t crc = 0;
  for (size_t i = 0; i + 8 <= n; i += 8)
    crc = _mm_crc32_u64(crc, *reinterpret_cast<const uint64_t*>(p + i));
  [[maybe_unused]] static volatile uint64_t sink;
  sink = crc;
}

void read_all(int fd, void* to, size_t n) {
  for (char* p = static_cast<char*>(to); n;) {
    ssize_t r = ::read(fd, p, n);
    if (r <= 0) _exit(0);
    p += r, n -= r;
  }
}

void write_all(int fd, const void* from, size_t n) {
  for (const char* p = static_cast<const char*>(from); n;) {
    ssize_t r = ::write(fd, p, n);
    if (r <= 0) _exit(0);
    p += r, n -= r;
  }
}

int no_delay(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

struct Listener {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  uint16_t port = 0;
  Listener() {
    sockaddr_in a{};
    a.sin_family = AF_INET, a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd, reinterpret_cast<sockaddr*>(&a), sizeof a);
    listen(fd, 4);
    socklen_t n = sizeof a;
    getsockname(fd, reinterpret_cast<sockaddr*>(&a), &n);
    port = ntohs(a.sin_port);
  }
  int take() { return no_delay(accept(fd, nullptr, nullptr)); }
};

int dial(uint16_t port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in a{};
  a.sin_family = AF_INET, a.sin_port = htons(port), a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  while (connect(fd, reinterpret_cast<sockaddr*>(&a), sizeof a)) usleep(1000);
  return no_delay(fd);
}

class Journal {
 public:
  static constexpr size_t kBuffer = 4 << 20;
  explicit Journal(const std::string& path)
      : fd_(open(path.c_str(), O_CREAT | O_RDWR | O_DIRECT | O_TRUNC, 0644)) {
    if (posix_memalign(reinterpret_cast<void**>(&buffer_), 4096, kBuffer)) abort();
    memset(buffer_, 0, kBuffer);
    for (off_t at = 0; at < kSize; at += kBuffer)
      if (pwrite(fd_, buffer_, kBuffer, at) != ssize_t(kBuffer)) abort();
    fsync(fd_);
  }
  void commit(const std::vector<char>& group) {
    memcpy(buffer_, group.data(), group.size());
    size_t n = (group.size() + 4095) & ~size_t(4095);
    if (at_ + off_t(n) > kSize) at_ = 0;
    if (pwrite(fd_, buffer_, n, at_) != ssize_t(n) || fdatasync(fd_)) abort();
    at_ += n;
  }

 private:
  static constexpr off_t kSize = 512ll << 20;
  int fd_;
  char* buffer_ = nullptr;
  off_t at_ = 0;
};

struct __attribute__((packed)) Header {
  uint32_t length;
  uint64_t id;
};

// What arrived and is not yet on disk; the next group commit takes all of it.
class Pending {
 public:
  void add(const char* p, size_t n, uint64_t id) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return bytes_.size() < (3 << 20); });
    bytes_.insert(bytes_.end(), p, p + n);
    last_ = id;
    some_.notify_one();
  }
  uint64_t take(std::vector<char>& group) {
    std::unique_lock lock(mutex_);
    some_.wait(lock, [&] { return !bytes_.empty(); });
    group.swap(bytes_);
    bytes_.clear();
    room_.notify_one();
    return last_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable some_, room_;
  std::vector<char> bytes_;
  uint64_t last_ = 0;
};

// The second copy: whole MiBs to a large file, on a thread of its own; at most 64 MiB behind.
class Behind {
 public:
  Behind(const std::string& path, bool on) {
    if (!on) return;
    fd_ = open((path + "-segment").c_str(), O_CREAT | O_RDWR | O_DIRECT | O_TRUNC, 0644);
    for (int i = 0; i < 64; ++i) free_.push_back(static_cast<char*>(aligned_alloc(4096, kWrite)));
    std::thread([this] {
      for (off_t at = 0;; at = (at + kWrite) % (8ll << 30)) {
        char* full = take(full_);
        if (pwrite(fd_, full, kWrite, at) != ssize_t(kWrite)) abort();
        give(free_, full);
      }
    }).detach();
  }
  void add(const std::vector<char>& group) {
    if (fd_ < 0) return;
    for (size_t done = 0; done < group.size();) {
      if (!current_) current_ = take(free_), filled_ = 0;
      size_t n = std::min(kWrite - filled_, group.size() - done);
      memcpy(current_ + filled_, group.data() + done, n);
      filled_ += n, done += n;
      if (filled_ == kWrite) give(full_, std::exchange(current_, nullptr));
    }
  }

 private:
  static constexpr size_t kWrite = 1 << 20;
  char* take(std::deque<char*>& from) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !from.empty(); });
    char* p = from.front();
    from.pop_front();
    return p;
  }
  void give(std::deque<char*>& to, char* p) {
    std::lock_guard lock(mutex_);
    to.push_back(p);
    changed_.notify_all();
  }
  int fd_ = -1;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<char*> free_, full_;
  char* current_ = nullptr;
  size_t filled_ = 0;
};

bool twice = false;

[[noreturn]] void follow(Listener& at, const std::string& path) {
  Journal journal(path);
  Behind behind(path, twice);
  int leader = at.take();
  Pending pending;
  std::thread([&] {
    std::vector<char> body;
    for (Header h;;) {
      read_all(leader, &h, sizeof h);
      body.resize(h.length);
      read_all(leader, body.data(), h.length);
      checksum(body.data(), h.length);
      pending.add(body.data(), h.length, h.id);
    }
  }).detach();
  for (std::vector<char> group;;) {
    uint64_t id = pending.take(group);
    journal.commit(group);
    write_all(leader, &id, sizeof id);
    behind.add(group);
  }
}

[[noreturn]] void lead(Listener& at, uint16_t f1, uint16_t f2, const std::string& path) {
  Journal journal(path);
  Behind behind(path, twice);
  int followers[2] = {dial(f1), dial(f2)};
  int client = at.take();
  std::mutex mutex;
  uint64_t durable[3] = {}, acknowledged = 0;
  auto note = [&](int who, uint64_t id) {
    std::lock_guard lock(mutex);
    durable[who] = id;
    uint64_t v[3] = {durable[0], durable[1], durable[2]};
    std::sort(v, v + 3);
    if (v[1] > acknowledged)
      acknowledged = v[1], write_all(client, &acknowledged, sizeof acknowledged);
  };
  for (int i : {0, 1})
    std::thread([&, i] {
      for (uint64_t id;;) read_all(followers[i], &id, sizeof id), note(i, id);
    }).detach();
  Pending pending;
  std::thread([&] {
    std::vector<char> frame;
    for (Header h;;) {
      read_all(client, &h, sizeof h);
      frame.resize(sizeof h + h.length);
      memcpy(frame.data(), &h, sizeof h);
      read_all(client, frame.data() + sizeof h, h.length);
      checksum(frame.data() + sizeof h, h.length);
      for (int f : followers) write_all(f, frame.data(), frame.size());
      pending.add(frame.data() + sizeof h, h.length, h.id);
    }
  }).detach();
  for (std::vector<char> group;;) {
    uint64_t id = pending.take(group);
    journal.commit(group);
    note(2, id);
    behind.add(group);
  }
}

void measure(int leader, uint64_t& id, size_t size, int window, double for_s, bool quiet = false) {
  std::vector<char> frame(sizeof(Header) + size);
  std::deque<double> sent_at;
  std::vector<double> latency;
  uint64_t acknowledged = id, sent = id;
  double begin = now_s(), end = begin + for_s;
  while (acknowledged < sent || now_s() < end) {
    while (sent - acknowledged < uint64_t(window) && now_s() < end) {
      Header h{uint32_t(size), ++sent};
      memcpy(frame.data(), &h, sizeof h);
      sent_at.push_back(now_s());
      write_all(leader, frame.data(), frame.size());
    }
    uint64_t upto;
    read_all(leader, &upto, sizeof upto);
    for (double t = now_s(); acknowledged < upto; ++acknowledged)
      latency.push_back(t - sent_at.front()), sent_at.pop_front();
  }
  double seconds = now_s() - begin, count = double(sent - id);
  id = sent;
  if (quiet) return;
  std::sort(latency.begin(), latency.end());
  printf(
      "batch %6zu B, %2d in flight: %6.1f MB/s (%.2f M records/s of 100 B), p50 %.0f us, p99 %.0f "
      "us\n",
      size, window, count * size / seconds / 1e6, count * size / seconds / 1e8,
      latency[latency.size() / 2] * 1e6, latency[latency.size() * 99 / 100] * 1e6);
}

}  // namespace

int main(int argc, char** argv) {
  // The disk measured is that of DIR.
  std::string directory = argc > 1 ? argv[1] : ".";
  double seconds = argc > 2 ? atof(argv[2]) : 5;
  twice = argc > 3 && std::string(argv[3]) == "twice";
  if (argc > 4 || seconds <= 0 || (argc > 3 && !twice) || access(directory.c_str(), W_OK) != 0)
    return fprintf(stderr,
                   "error: INVALID_ARGUMENT: usage: floor [DIR [SECONDS [twice]]], DIR writable\n"),
           2;
  std::string path[3];
  for (int i : {0, 1, 2})
    path[i] = directory + "/floor-" + std::to_string(getpid()) + "-" + std::to_string(i);
  Listener at[3];
  pid_t child[3];
  for (int i : {0, 1})
    if (!(child[i] = fork())) follow(at[i], path[i]);
  if (!(child[2] = fork())) lead(at[2], at[0].port, at[1].port, path[2]);
  int leader = dial(at[2].port);
  uint64_t id = 0;
  measure(leader, id, 128, 1, 3, true);  // warm-up: includes the zeroing of the journals
  measure(leader, id, 128, 1, seconds);
  for (size_t size : {4096, 16384, 65536}) measure(leader, id, size, 64, seconds);
  for (pid_t c : child) kill(c, SIGKILL), waitpid(c, nullptr, 0);
  for (auto& p : path) unlink(p.c_str()), unlink((p + "-segment").c_str());
}

#include "tests/golden/raft_script.h"

#include <map>
#include <sstream>
#include <vector>

#include "tests/doctest.h"
#include "tests/unit/broker/raft/cluster.h"
#include "tests/unit/broker/raft/describe.h"

namespace usher::raft::test {
namespace {

class Player {
 public:
  // What the command does, line by line.
  std::string perform(const std::string& command) {
    std::istringstream in(command);
    std::string verb;
    in >> verb;
    words_.clear();
    for (std::string word; in >> word;) words_.push_back(word);
    output_.clear();
    auto found = verbs().find(verb);
    if (found == verbs().end()) FAIL("no such command: ", command);
    (this->*found->second)();
    return std::exchange(output_, {});
  }

 private:
  using Deed = void (Player::*)();
  using Kind = MembershipChange::Kind;

  static const std::map<std::string, Deed>& verbs() {
    static const std::map<std::string, Deed> kVerbs = {
        {"nodes", &Player::nodes},       {"start", &Player::start},
        {"option", &Player::option},     {"elapse", &Player::elapse},
        {"timeout", &Player::timeout},   {"run", &Player::run},
        {"deliver", &Player::deliver},   {"drop", &Player::drop},
        {"settle", &Player::settle},     {"next", &Player::next},
        {"lose", &Player::lose},         {"elect", &Player::elect},
        {"isolate", &Player::isolate},   {"heal", &Player::heal},
        {"lost", &Player::lost},         {"flush", &Player::flush},
        {"crash", &Player::crash},       {"restart", &Player::restart},
        {"wipe", &Player::wipe},         {"trim", &Player::trim},
        {"snapshots", &Player::carry},   {"propose", &Player::propose},
        {"learner", &Player::learner},   {"promote", &Player::promote},
        {"remove", &Player::remove},     {"transfer", &Player::transfer},
        {"read", &Player::read},         {"state", &Player::state},
        {"messages", &Player::messages},
    };
    return kVerbs;
  }

  uint64_t number(size_t index) const {
    if (index >= words_.size()) FAIL("a number is missing");
    return std::stoull(words_[index]);
  }
  uint64_t number_or(size_t index, uint64_t otherwise) const {
    return index < words_.size() ? number(index) : otherwise;
  }
  void say(const std::string& line) { output_ += line + "\n"; }
  void refused(const Result<void>& result) {
    if (!result) say(std::string(result.error().name()) + ": " + result.error().detail);
  }
  // For commands whose steps are of no interest.
  template <class Steps>
  void quietly(const Steps& steps) {
    quiet_ = true;
    steps();
    quiet_ = false;
  }

  void option() {
    if (words_.at(0) == "messages")
      options_.node.window.messages_max = number(1);
    else if (words_.at(0) == "bytes")
      options_.node.replicate_bytes_max = number(1);
    else
      FAIL("no such option: ", words_[0]);
  }
  void nodes() {
    for (size_t i = 0; i < words_.size(); ++i) options_.voters.push_back(number(i));
    cluster_ = std::make_unique<Cluster>(options_);
    cluster_->trace = [this](const std::string& line) {
      // What was sent is seen when it is heard.
      if (!quiet_ && line.find(" sends ") == std::string::npos) say(line);
    };
  }
  void start() { cluster_->start_empty(number(0)); }

  void elapse() { cluster_->elapse(std::chrono::milliseconds(number(0))); }
  void timeout() { cluster_->time_out(number(0)); }
  void run() {
    quietly([&] { cluster_->run(std::chrono::milliseconds(number(0))); });
  }
  void deliver() { cluster_->deliver_all(number_or(0, 0), number_or(1, 0)); }
  void drop() {
    say("drops " + std::to_string(cluster_->drop_all(number_or(0, 0), number_or(1, 0))));
  }
  // The oldest message between the two.
  Packet take() {
    std::vector<Packet>& network = cluster_->network();
    for (auto at = network.begin(); at != network.end(); ++at) {
      const Message& message = at->message;
      if (message.from.value() != number(0) || message.to.value() != number(1)) continue;
      Packet packet = std::move(*at);
      network.erase(at);
      return packet;
    }
    FAIL("nothing is on its way there");
    return {};
  }
  void next() { cluster_->deliver(take()); }
  void lose() { say("loses " + describe(take().message)); }
  void settle() {
    if (!words_.empty() && words_[0] == "quietly")
      quietly([&] { cluster_->settle(); });
    else
      cluster_->settle();
  }
  void elect() {
    quietly([&] { cluster_->elect(number(0)); });
  }
  void isolate() { cluster_->isolate(number(0)); }
  void heal() { cluster_->heal(); }
  void lost() { cluster_->lose_connection(number(0), number(1)); }

  void flush() { cluster_->flush(number(0), number_or(1, SIZE_MAX)); }
  void crash() { cluster_->crash(number(0), number_or(1, 0)); }
  void restart() { cluster_->restart(number(0)); }
  void wipe() { cluster_->wipe(number(0), number(1)); }
  void trim() { cluster_->move_log_start(number(0), Offset(number(1))); }
  void carry() { cluster_->carry_snapshots(number(0)); }

  void propose() { refused(cluster_->propose(number(0), number_or(1, 1))); }
  void learner() { refused(cluster_->change(number(0), Kind::kAddLearner, number(1))); }
  void promote() { refused(cluster_->change(number(0), Kind::kPromote, number(1))); }
  void remove() { refused(cluster_->change(number(0), Kind::kRemove, number(1))); }
  void transfer() { refused(cluster_->transfer(number(0), number(1))); }
  void read() {
    Result<ReadNumber> read = cluster_->read(number(0));
    say(read ? "joins read " + std::to_string(read->value())
             : std::string(read.error().name()) + ": " + read.error().detail);
  }

  void state() {
    for (const auto& [id, replica] : cluster_->replicas())
      if (words_.empty() || number(0) == id.value()) say(describe(replica));
    cluster_->checker().logs_match(cluster_->replicas());
  }
  void messages() {
    for (const Packet& packet : cluster_->network()) say(describe(packet.message));
  }

  ClusterOptions options_;
  std::unique_ptr<Cluster> cluster_;
  std::vector<std::string> words_;
  std::string output_;
  bool quiet_ = false;
};

}  // namespace

std::string play(const std::string& script) {
  Player player;
  std::string played;
  std::istringstream in(script);
  for (std::string line; std::getline(in, line);) {
    bool is_story = line.empty() || line[0] == '#';
    bool is_command = line.starts_with("> ");
    if (!is_story && !is_command) continue;  // output of before
    if (is_story && line.empty() && played.ends_with("\n\n")) continue;
    played += line + "\n";
    if (is_command) played += player.perform(line.substr(2));
  }
  return played;
}

}  // namespace usher::raft::test

#include "broker/server/identity.h"

#include <charconv>
#include <memory>
#include <sstream>

#include <fmt/format.h>

#include "proto/base/crc32c.h"
#include "proto/base/planted.h"

namespace usher::server {
namespace {

constexpr std::string_view kFirstWords = "usher-broker-identity";
constexpr uint64_t kFormat = 1;
constexpr std::string_view kNewFile = "identity.new";

constexpr std::string_view kStages[] = {"empty", "prepared", "founded"};

std::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorCode::IO_FAILED, fmt::format("the file 'identity' is damaged: {}", what));
}

bool parse_hex(std::string_view text, uint64_t& number) {
  auto parsed = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
}

bool take_founder(std::istringstream& words, wire::FoundingPlan& plan) {
  wire::Founder founder;
  uint32_t broker = 0;
  uint64_t incarnation = 0;
  std::string hex;
  if (!(words >> broker >> hex >> founder.endpoint) || !parse_hex(hex, incarnation)) return false;
  words >> founder.rack;  // may be missing
  founder.broker = BrokerId(broker);
  founder.incarnation = wire::Incarnation(incarnation);
  plan.founders.push_back(std::move(founder));
  return true;
}

bool take_line(const std::string& line, Identity& identity) {
  std::istringstream words(line);
  std::string key;
  std::string value;
  words >> key;
  if (key == "founder") return take_founder(words, identity.plan);
  if (!(words >> value)) return false;
  uint64_t number = 0;
  if (key == "broker") {
    auto parsed = std::from_chars(value.data(), value.data() + value.size(), number);
    identity.broker = BrokerId(static_cast<uint32_t>(number));
    return parsed.ec == std::errc();
  }
  if (key == "incarnation") {
    bool read = parse_hex(value, number);
    identity.incarnation = wire::Incarnation(number);
    return read;
  }
  if (key == "cluster")
    return value.size() == 32 && parse_hex(value.substr(0, 16), identity.plan.cluster.high) &&
           parse_hex(value.substr(16), identity.plan.cluster.low);
  if (key == "renewed") {
    identity.renewed = value == "yes";
    return identity.renewed;
  }
  if (key != "stage") return false;
  for (uint8_t stage = 0; stage < std::size(kStages); ++stage)
    if (value == kStages[stage]) {
      identity.stage = static_cast<wire::FoundingStage>(stage);
      return true;
    }
  return false;
}

}  // namespace

wire::Incarnation new_incarnation(BrokerId broker, Random& random) {
  constexpr uint64_t kRandomMax = (uint64_t{1} << 48) - 1;
  // As if its disk had never been lost.
  if (planted(Bug::kWipedVotes)) return wire::Incarnation(uint64_t{broker.value()} << 48 | 1);
  return wire::Incarnation(uint64_t{broker.value()} << 48 | random.between(1, kRandomMax));
}

Identity renewed(const Identity& lost, Random& random) {
  Identity next = lost;
  next.incarnation = new_incarnation(lost.broker, random);
  next.renewed = true;
  return next;
}

std::string encode_identity(const Identity& identity) {
  std::string text = fmt::format("{} {}\n", kFirstWords, kFormat);
  text += fmt::format("broker {}\n", identity.broker.value());
  text += fmt::format("incarnation {:016x}\n", identity.incarnation.value());
  text += fmt::format("stage {}\n", kStages[static_cast<size_t>(identity.stage)]);
  if (identity.renewed) text += "renewed yes\n";
  if (!identity.plan.cluster.is_none())
    text += fmt::format("cluster {}\n", text_of(identity.plan.cluster));
  for (const wire::Founder& founder : identity.plan.founders)
    text += fmt::format("founder {} {:016x} {} {}\n", founder.broker.value(),
                        founder.incarnation.value(), founder.endpoint, founder.rack);
  return text + fmt::format("crc32c {:08x}\n", crc32c(as_bytes(text)));
}

Result<Identity> decode_identity(std::string_view text) {
  std::istringstream first{std::string(text)};
  std::string words;
  uint64_t format = 0;
  if (!(first >> words >> format) || words != kFirstWords) return damaged("no identity");
  if (format != kFormat)
    return fail(ErrorCode::VERSION_UNSUPPORTED,
                fmt::format("the directory has format {}, this program knows {}", format, kFormat));
  size_t end = text.rfind("crc32c ");
  uint64_t crc = 0;
  if (end == std::string_view::npos || text.size() < end + 16 ||
      !parse_hex(text.substr(end + 7, 8), crc) || crc != crc32c(as_bytes(text.substr(0, end))))
    return damaged("its checksum is wrong");
  Identity identity;
  std::istringstream lines{std::string(text.substr(0, end))};
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line))
    if (!take_line(line, identity)) return damaged(fmt::format("the line '{}'", line));
  return identity;
}

void write_identity(io::Disk& disk, const Identity& identity, io::Done<void> done) {
  // One step after the other; each keeps what the next one needs.
  struct Writing : std::enable_shared_from_this<Writing> {
    Writing(io::Disk& at, io::Done<void> then) : disk(at), done(std::move(then)) {}
    void remove_old(std::string text) {
      disk.remove(std::string(kNewFile), [self = shared_from_this(), text](Result<void> removed) {
        if (!removed) return self->done(std::move(removed));
        self->disk.open(std::string(kNewFile), {.mode = io::OpenMode::kCreateNew, .direct = false},
                        [self, text](Result<std::unique_ptr<io::File>> opened) {
                          if (!opened) return self->done(fail(opened.error()));
                          self->file = std::move(*opened);
                          self->write(text);
                        });
      });
    }
    void write(const std::string& text) {
      file->write(0, Buffer::copy_of(as_bytes(text)), io::Durability::kDurable,
                  [self = shared_from_this()](Result<void> written) {
                    if (!written) return self->done(std::move(written));
                    self->disk.rename(std::string(kNewFile), std::string(kIdentityFile),
                                      [self](Result<void> renamed) {
                                        if (!renamed) return self->done(std::move(renamed));
                                        self->disk.sync_directory("", std::move(self->done));
                                      });
                  });
    }
    io::Disk& disk;
    io::Done<void> done;
    std::unique_ptr<io::File> file;
  };
  std::make_shared<Writing>(disk, std::move(done))->remove_old(encode_identity(identity));
}

}  // namespace usher::server

#include "tools/audit/seats/timer_key.h"

namespace usher::audit {
namespace {

constexpr size_t kNumberBytes = 8;
constexpr uint64_t kSign = uint64_t{1} << 63;

void append_number(std::string& to, uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<char>(number >> shift));
}

uint64_t number_at(std::string_view bytes) {
  uint64_t number = 0;
  for (char byte : bytes.substr(0, kNumberBytes))
    number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

std::string timer_key(const seats::TimerName& name, std::string_view processor) {
  std::string key;
  append_number(key, static_cast<uint64_t>(name.deadline.us_since_1970()) ^ kSign);
  for (char byte : name.key) {
    key.push_back(byte);
    if (byte == '\0') key.push_back('\xff');
  }
  key.push_back('\0');
  key.push_back('\x01');
  append_number(key, name.number);
  return key.append(processor);
}

std::optional<StoredTimer> timer_of_key(std::string_view key) {
  if (key.size() < kNumberBytes) return std::nullopt;
  StoredTimer timer;
  timer.name.deadline = WallTime(static_cast<int64_t>(number_at(key) ^ kSign));
  key.remove_prefix(kNumberBytes);
  while (key.size() >= 2 && !(key[0] == '\0' && key[1] == '\x01')) {
    bool zero = key[0] == '\0';
    if (zero && key[1] != '\xff') return std::nullopt;
    timer.name.key.push_back(key[0]);
    key.remove_prefix(zero ? 2 : 1);
  }
  if (key.size() < 2 + kNumberBytes) return std::nullopt;
  key.remove_prefix(2);
  timer.name.number = number_at(key);
  timer.processor = key.substr(kNumberBytes);
  return timer;
}

}  // namespace usher::audit

// Bytes as golden files keep them: "0010  00 11 22 …", sixteen a line; and back.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "proto/base/bytes.h"

namespace usher::golden {

inline std::string dump(Bytes bytes) {
  std::string text;
  for (size_t at = 0; at < bytes.size(); at += 16) {
    text += fmt::format("{:04x} ", at);
    for (std::byte byte : bytes.subspan(at, std::min<size_t>(16, bytes.size() - at)))
      text += fmt::format(" {:02x}", std::to_integer<unsigned>(byte));
    text += '\n';
  }
  return text;
}

inline Buffer undump(const std::string& text) {
  std::vector<std::byte> bytes;
  for (size_t line = 0; line < text.size(); line = text.find('\n', line) + 1)
    for (size_t at = line + 6; at < text.find('\n', line); at += 3)
      bytes.push_back(std::byte(std::stoi(text.substr(at, 2), nullptr, 16)));
  return Buffer::copy_of(bytes);
}

}  // namespace usher::golden

#include "proto/base/quote.h"

#include <cstdint>

namespace usher {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// One character at the front of the text, or one byte that belongs to none.
struct Character {
  uint32_t code = 0;
  size_t bytes = 1;
  bool valid = false;
};

// How many bytes a character with this first byte has; 0 where none begins so.
size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

// The table 3-7 of the Unicode standard, as ranges of the code that comes out.
Character first_character(std::string_view text) {
  auto first = static_cast<unsigned char>(text[0]);
  size_t length = length_of(first);
  if (length == 1) return {first, 1, true};
  if (length == 0 || text.size() < length) return {};
  uint32_t code = first & (0xffu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3fu);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  bool surrogate = code >= 0xd800 && code < 0xe000;
  if (overlong || surrogate || code > 0x10ffff) return {};
  return {code, length, true};
}

// Line ends of Unicode and the C1 controls count too: terminals and log readers act on them.
bool is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029;
}

// How many bytes at the front are characters that stand for themselves: most text is nothing else,
// and goes as a whole.
size_t plain_bytes(std::string_view text) {
  const char* at = text.data();
  const char* end = at + text.size();
  while (at != end && *at >= ' ' && *at <= '~' && *at != '"' && *at != '\\') ++at;
  return static_cast<size_t>(at - text.data());
}

void append_escape(std::string& to, uint32_t code) {
  switch (code) {
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += kDigits[code >> shift & 15];
}

}  // namespace

void append_quote(std::string& to, std::string_view text) {
  to += '"';
  while (true) {
    size_t plain = plain_bytes(text);
    to += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    Character next = first_character(text);
    if (!next.valid) {
      to += kReplacement;
    } else if (is_control(next.code)) {
      append_escape(to, next.code);
    } else {
      if (next.code == '"' || next.code == '\\') to += '\\';
      to += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  to += '"';
}

std::string quote(std::string_view text) {
  std::string quoted;
  append_quote(quoted, text);
  return quoted;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  while (true) {
    size_t plain = plain_bytes(text);
    valid += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return valid;
    Character next = first_character(text);
    valid += next.valid ? text.substr(0, next.bytes) : kReplacement;
    text.remove_prefix(next.bytes);
  }
}

std::string_view cut_utf8(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  // A character has at most four bytes; where that many do not lead to a beginning, it is no UTF-8.
  for (size_t cut = bytes; cut > 0 && bytes - cut < 4; --cut)
    if ((static_cast<unsigned char>(text[cut]) & 0xc0) != 0x80) return text.substr(0, cut);
  return text.substr(0, bytes);
}

}  // namespace usher

#include "proto/base/quote.h"

#include "proto/base/random.h"

#include "tests/doctest.h"

namespace usher {
namespace {

constexpr std::string_view kUnknown = "\xef\xbf\xbd";

TEST_CASE("plain text is only put in quotes") {
  EXPECT(quote("") == "\"\"");
  EXPECT(quote("three seats, Wien") == "\"three seats, Wien\"");
  EXPECT(quote("Müller – 東京 🎫") == "\"Müller – 東京 🎫\"");
}

TEST_CASE("quotes, backslashes and everything that ends a line or moves a cursor are escaped") {
  EXPECT(quote("a\"b\\c") == R"("a\"b\\c")");
  EXPECT(quote("a\nb\rc\td") == R"("a\nb\rc\td")");
  EXPECT(quote(std::string_view("\0\x1b\x7f", 3)) == R"("\u0000\u001b\u007f")");
  EXPECT(quote("\xc2\x9b\xe2\x80\xa8\xe2\x80\xa9") == R"("\u009b\u2028\u2029")");
}

TEST_CASE("bytes that are not UTF-8 are replaced one by one") {
  auto replaced = [](std::string_view bytes) {
    std::string marks = valid_utf8(bytes);
    size_t count = 0;
    for (; marks.starts_with(kUnknown); ++count) marks.erase(0, kUnknown.size());
    return marks.empty() ? count : 0;
  };
  EXPECT(replaced("\x80") == 1);
  EXPECT(replaced("\xff\xfe") == 2);
  EXPECT(replaced("\xc0\xaf") == 2);          // overlong '/'
  EXPECT(replaced("\xe0\x80\xaf") == 3);      // overlong '/'
  EXPECT(replaced("\xf0\x80\x80\xaf") == 4);  // overlong '/'
  EXPECT(replaced("\xed\xa0\x80") == 3);      // a surrogate
  EXPECT(replaced("\xf4\x90\x80\x80") == 4);  // over U+10FFFF
  EXPECT(replaced("\xe2\x82") == 2);          // cut off
  EXPECT(valid_utf8("a\xff"
                    "b") == "a" + std::string(kUnknown) + "b");
  EXPECT(valid_utf8("\xf4\x8f\xbf\xbf") == "\xf4\x8f\xbf\xbf");
}

TEST_CASE(
    "whatever bytes are quoted, the result is one line of valid text that ends where it should") {
  Random random(14);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(random.below(40), '\0');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    std::string text = quote(bytes);
    REQUIRE(valid_utf8(text) == text);
    size_t end = 1;
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    REQUIRE(end == text.size() - 1);
    for (unsigned char c : text) REQUIRE((c >= 0x20 && c != 0x7f));
  }
}

TEST_CASE("text is cut between characters") {
  EXPECT(cut_utf8("abc", 3) == "abc");
  EXPECT(cut_utf8("abcd", 3) == "abc");
  EXPECT(cut_utf8("aé", 2) == "a");
  EXPECT(cut_utf8("a🎫", 4) == "a");
  EXPECT(cut_utf8("\x80\x80\x80\x80\x80\x80", 5).size() == 5);
}

}  // namespace
}  // namespace usher

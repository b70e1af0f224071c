// Text from anywhere, made safe to stand in a line that people and programs read: always valid
// UTF-8, always one line, nothing a terminal would act on.
#pragma once

#include <string>
#include <string_view>

namespace usher {

// The text in double quotes, escaped so that it is a string of JSON and of TOML alike. Control
// characters become escapes; bytes that are not UTF-8 become U+FFFD.
std::string quote(std::string_view text);
void append_quote(std::string& to, std::string_view text);

// The text with every byte that is not part of UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

// At most `bytes` of the text, cut between two characters.
std::string_view cut_utf8(std::string_view text, size_t bytes);

}  // namespace usher

// Beast's own string_view as a string of the standard library.
#pragma once

#include <string>

#include <boost/beast/core/string_type.hpp>

namespace usher::net {

inline std::string text_of(boost::beast::string_view text) { return {text.data(), text.size()}; }

}  // namespace usher::net

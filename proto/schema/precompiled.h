// What nearly every file includes and the compiler need not read again: see meson.build. It is
// included by the compiler, never by hand: each file names what it uses, as if this
// were not there. No Asio: it has objects that are made in each file
// that sees it, and its library would have to be linked everywhere.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <compare>
#include <cstdint>
#include <cstring>
#include <deque>
#include <expected>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "proto/schema/capnp.h"

// doctest, without its CHECK: that name is Usher's own assertion. A test case states what it sees
// with EXPECT (goes on when false) or REQUIRE (ends the case).
#pragma once

#define DOCTEST_CONFIG_NO_SHORT_MACRO_NAMES
// An assertion is one call: they are many, and each costs the compiler.
#define DOCTEST_CONFIG_SUPER_FAST_ASSERTS
#include <doctest/doctest.h>

#define TEST_CASE DOCTEST_TEST_CASE
#define SUBCASE DOCTEST_SUBCASE
#define EXPECT DOCTEST_CHECK
#define EXPECT_MESSAGE DOCTEST_CHECK_MESSAGE
#define REQUIRE DOCTEST_REQUIRE
#define REQUIRE_MESSAGE DOCTEST_REQUIRE_MESSAGE
#define CAPTURE DOCTEST_CAPTURE
#define INFO DOCTEST_INFO
#define FAIL DOCTEST_FAIL

#pragma once
// Does a program that says so ask? Crawlers get answers, but nothing is learned from them.
//
// Threads: pure function. Not an error: a crawler that pretends to be a browser is not seen here; the fold's rate finds it.

#include <string_view>

namespace vitrina::server {

// By the words that crawlers, link previews and HTTP libraries put into their User-Agent; an empty one is a program's.
bool is_bot(std::string_view user_agent);

}  // namespace vitrina::server

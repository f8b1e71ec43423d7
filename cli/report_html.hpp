#pragma once
// A report as one page that needs nothing else: tables and plots as SVG, no scripts, nothing from the network.
//
// Threads: pure function. Shapes: days without answers or clicks are gaps; the page holds its light and dark colours.

#include <string>

#include "engine/report.hpp"

namespace vitrina::cli {

std::string report_html(const engine::Report& report);

}  // namespace vitrina::cli

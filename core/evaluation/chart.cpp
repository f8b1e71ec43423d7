// The chart of a report: bars with intervals, a panel a metric, one self-contained SVG without scripts or fonts of its own.
#include <algorithm>
#include <fmt/format.h>

#include "evaluation/report.hpp"

namespace vitrina::evaluation {

namespace {

constexpr double label_width = 170, bar_width = 330, row_height = 24, panel_gap = 46, margin = 16, value_width = 190;

std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&': result += "&amp;"; break;
            case '<': result += "&lt;"; break;
            case '>': result += "&gt;"; break;
            case '"': result += "&quot;"; break;
            default: result += c;
        }
    }
    return result;
}

std::string bar(const Measured& measured, const std::string& name, double y, double scale) {
    const auto at = [&](double value) { return label_width + margin + (scale > 0 ? value / scale * bar_width : 0.0); };
    const Interval& i = measured.interval;
    const double middle = y + row_height / 2 - 2;
    std::string svg = fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
                                  label_width + margin - 8, middle + 4, escaped(name));
    svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"{}\"/>\n", at(0), y,
                       at(i.value) - at(0), row_height - 6, name == "vitrina" ? "own" : "other");
    svg +=
        fmt::format("<path d=\"M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v8M{1:.1f} {3:.1f}v8\" class=\"interval\"/>\n",
                    at(i.low), at(i.high), middle, middle - 4);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{:.4f} [{:.4f}, {:.4f}]</text>\n",
                       at(std::max(i.high, i.value)) + 8, middle + 4, i.value, i.low, i.high);
    return svg;
}

std::string panel(const Report& report, std::size_t metric, double y) {
    double scale = 0;
    for (const ModelReport& model : report.models)
        if (metric < model.metrics.size()) scale = std::max(scale, model.metrics[metric].interval.high);
    std::string svg = fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"title\">{}</text>\n", margin, y,
                                  escaped(report.models.front().metrics[metric].metric));
    y += 12;
    for (const ModelReport& model : report.models) {
        if (metric < model.metrics.size()) svg += bar(model.metrics[metric], model.name, y, scale);
        y += row_height;
    }
    return svg;
}

}  // namespace

std::string to_svg(const Report& report) {
    const std::size_t metrics = report.models.empty() ? 0 : report.models.front().metrics.size();
    const double panel_height = static_cast<double>(report.models.size()) * row_height + panel_gap;
    const double width = 2 * margin + label_width + bar_width + value_width;
    const double height = margin * 2 + panel_height * static_cast<double>(metrics);
    std::string svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
                                  "viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\">\n",
                                  width, height);
    svg += "<title>Metrics with 95 % intervals</title>\n"
           "<style>text{font:13px "
           "sans-serif;fill:#222}.title{font-weight:bold;font-size:15px}.own{fill:#2a6fbb}.other{fill:#b5bfc9}"
           ".interval{stroke:#222;stroke-width:1.2;fill:none}</style>\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"#fff\"/>\n";
    for (std::size_t metric = 0; metric < metrics; ++metric)
        svg += panel(report, metric, margin + 16 + panel_height * static_cast<double>(metric));
    return svg + "</svg>\n";
}

}  // namespace vitrina::evaluation

#include "cli/evaluate_files.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "cli/console.hpp"
#include "cli/probes.hpp"
#include "engine/thread_pool.hpp"
#include "evaluation/published.hpp"
#include "import/byte_source.hpp"

namespace vitrina::cli {

namespace {

using evaluation::Part;
using evaluation::Shape;

// What can be wrong with the call itself.
Result<Shape> checked(const EvaluateFilesOptions& options) {
    Result<Shape> shape = evaluation::shape_named(options.shape);
    if (!shape) return shape;
    const bool one_file = *shape == Shape::sequences || *shape == Shape::baskets;
    if (one_file && !(options.valid.empty() && options.test.empty()))
        return fail(ErrorCode::invalid_input,
                    "--valid and --test do not go with --shape " + options.shape +
                        ": it is one file, whose last item or basket is the test and the one before the validation");
    if (std::ranges::find(options.at, std::size_t{0}) != options.at.end())
        return fail(ErrorCode::invalid_input, "--at 0 measures nothing; give cut-offs such as 10,20");
    return shape;
}

Result<void> read_file(const std::string& path, Part part, evaluation::InteractionReader& reader) {
    auto source = import::ByteSource::open(path);
    if (!source) return std::unexpected(source.error());
    std::vector<char> room(std::size_t{1} << 18);
    reader.begin(part);
    for (;;) {
        const Result<std::size_t> count = (*source)->read(room);
        if (!count) return std::unexpected(count.error());
        if (*count == 0) break;
        reader.take({room.data(), *count});
    }
    reader.end();
    return {};
}

Result<evaluation::Interactions> read_files(const EvaluateFilesOptions& options, Shape shape) {
    evaluation::InteractionReader reader(shape);
    const std::pair<const std::string&, Part> files[] = {
        {options.interactions, Part::train}, {options.valid, Part::valid}, {options.test, Part::test}};
    for (const auto& [path, part] : files) {
        if (path.empty()) continue;
        if (const Result<void> read = read_file(path, part, reader); !read) return std::unexpected(read.error());
    }
    return reader.finish();
}

void tell_refused(const evaluation::Interactions& data, const EvaluateFilesOptions& options) {
    const std::string* const names[] = {&options.interactions, &options.valid, &options.test};
    for (const evaluation::RefusedLine& line : data.refused)
        std::fprintf(stderr, "%s, %s\n", names[static_cast<std::size_t>(line.part)]->c_str(), line.message.c_str());
    if (data.refused_count > data.refused.size())
        std::fprintf(stderr, "… and %s more lines\n", with_thousands(data.refused_count - data.refused.size()).c_str());
    if (data.refused_count > 0)
        std::fprintf(stderr, "%s lines were refused, the rest is taken\n", with_thousands(data.refused_count).c_str());
}

Result<void> write_chart(const std::string& path, const evaluation::Report& report) {
    if (path.empty()) return {};
    std::ofstream file(path, std::ios::binary);
    file << evaluation::to_svg(report);
    if (!file.flush())
        return fail(ErrorCode::io, "cannot write the chart " + path + "; is the folder there and writable?");
    return {};
}

Result<evaluation::Report> evaluated(const EvaluateFilesOptions& options, evaluation::Interactions data) {
    engine::ThreadPool threads(thread_count(options.threads));
    ProgressLine progress;
    evaluation::PublishedRequest request;
    request.data = std::move(data);
    request.cut_offs = options.at;
    request.trials = options.trials;
    request.seed = options.seed;
    request.ablation = options.ablation;
    return evaluation::evaluate_published(request, threads, probes(progress));
}

}  // namespace

int run_evaluate_files(const EvaluateFilesOptions& options) {
    const Result<Shape> shape = checked(options);
    if (!shape) {
        report(shape.error());
        return exit_call;
    }
    Result<evaluation::Interactions> data = read_files(options, *shape);
    if (!data) return report(data.error());
    tell_refused(*data, options);
    const Result<evaluation::Report> found = evaluated(options, *std::move(data));
    if (!found) return report(found.error());
    if (const Result<void> chart = write_chart(options.chart, *found); !chart) return report(chart.error());
    const std::string text = options.json ? evaluation::to_json(*found) : evaluation::to_table(*found);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return exit_done;
}

}  // namespace vitrina::cli

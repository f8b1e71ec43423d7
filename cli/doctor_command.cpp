#include <fmt/core.h>

#include "cli/commands.hpp"
#include "cli/console.hpp"
#include "cli/opening.hpp"
#include "evaluation/doctor.hpp"

namespace vitrina::cli {

int run_doctor(const DoctorOptions& options) {
    auto engine = open_engine(options);
    if (!engine) return report(engine.error());
    evaluation::Doctor doctor((*engine)->now());
    (*engine)->each_item([&](const catalog::Item& item) { doctor.add(item); });
    const auto read = (*engine)->each_event([&](const event::Event& event) { doctor.add(event); });
    if (!read) return report(read.error());
    const auto found = doctor.report();
    fmt::print("{}", options.json ? evaluation::doctor_json(found) + "\n" : evaluation::doctor_text(found));
    return exit_done;
}

}  // namespace vitrina::cli

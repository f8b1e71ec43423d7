#include "evaluation/published_protocol.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string_view>

namespace vitrina::evaluation {
namespace {

using Protocol = std::vector<std::pair<std::string, ProtocolValue>>;

double number(std::size_t count) { return static_cast<double>(count); }

// The chosen numbers of the sources in use, for whoever wants to repeat it.
std::string settings_of(const Chosen& chosen) {
    std::string text;
    for (const model::Setting& setting : training::to_settings(chosen.recipe)) {
        const std::string_view group = std::string_view(setting.name).substr(0, setting.name.find('.'));
        const bool used =
            std::ranges::any_of(chosen.sources, [&](const std::string& s) { return s.starts_with(group); });
        if (used) text += fmt::format("{}{} = {}", text.empty() ? "" : ", ", setting.name, setting.value);
    }
    return text;
}

void add_split(const Described& described, Protocol& to) {
    const auto& [request, split, chosen, cut_off, asked, ideal] = described;
    const Shape shape = request.data.shape;
    to.emplace_back("shape", std::string(name_of(shape)));
    to.emplace_back("items", number(split.testing.history.items.size()));
    to.emplace_back("people_or_sessions", number(split.testing.history.people()));
    to.emplace_back("entries_before_test", number(split.testing.history.entries()));
    to.emplace_back("refused_lines", number(request.data.refused_count));
    to.emplace_back("validation", split.valid_rule);
    to.emplace_back("validation_questions", number(split.choosing.questions.size()));
    to.emplace_back("validation_questions_used", number(asked));
    to.emplace_back("test", split.test_rule);
    to.emplace_back("test_questions", number(split.testing.questions.size()));
    to.emplace_back("ranked_over", std::string("all items known before the test"));
    to.emplace_back("seen_items",
                    std::string(shape == Shape::user_items || shape == Shape::sequences ? "excluded" : "allowed"));
    to.emplace_back("ndcg_ideal", std::string(ideal == Ideal::whole ? "the whole basket" : "min(k, relevant)"));
    to.emplace_back("interval", fmt::format("95 % bootstrap over {}, {} resamples",
                                            shape == Shape::sessions ? "sessions" : "users", request.resamples));
    to.emplace_back("order",
                    std::string(shape == Shape::user_items
                                    ? "none: a set of items a user"
                                    : "as in the file; where things of one moment stand in another order (by code, "
                                      "say), order-aware sources learn that too"));
    to.emplace_back("seed", static_cast<double>(request.seed));
}

void add_blend(const Chosen& chosen, Protocol& to) {
    std::vector<std::pair<std::string, double>> weights, alone;
    for (std::size_t s = 0; s < chosen.sources.size(); ++s) {
        weights.emplace_back(chosen.sources[s], chosen.weights.weights[s]);
        alone.emplace_back(chosen.sources[s], chosen.weights.alone[s]);
    }
    to.emplace_back("weights", weights);
    to.emplace_back("objective_alone", alone);
    to.emplace_back("objective_of_blend", chosen.weights.objective);
    to.emplace_back("candidate_coverage", chosen.weights.candidate_coverage);
}

void add_stack(const StackingChoice& stack, Protocol& to) {
    to.emplace_back("ranker", std::string(stack.worth_it ? "stack" : "blend"));
    to.emplace_back("stack", std::vector<std::pair<std::string, double>>{
                                 {"questions", number(stack.questions)},
                                 {"trees", number(stack.trees)},
                                 {"depth", static_cast<double>(stack.boosting.depth)},
                                 {"objective", stack.objective},
                                 {"objective of the blend on the same questions", stack.blend_objective},
                                 {"gain", stack.gain.mean},
                                 {"standard error", stack.gain.standard_error},
                                 {"candidate coverage", stack.candidate_coverage}});
}

}  // namespace

Protocol protocol_of(const Described& described) {
    Protocol protocol;
    add_split(described, protocol);
    const Chosen& chosen = described.chosen;
    protocol.emplace_back("trials", number(chosen.trials));
    protocol.emplace_back("objective", fmt::format("(recall@{0} + ndcg@{0}) / 2 on validation", described.cut_off));
    add_blend(chosen, protocol);
    add_stack(chosen.stack, protocol);
    protocol.emplace_back("recipe", settings_of(chosen));
    return protocol;
}

}  // namespace vitrina::evaluation

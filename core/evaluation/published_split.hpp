#pragma once
// What is known when, on published files: a stage to choose on and a stage to test on, by the rules of API.md.
//
//   user-items  valid and test files, else a random tenth (valid) and fifth (test) of the pairs; pairs seen before are no truth
//   sequences   test = last item, valid = last but one; what comes before is known
//   sessions    valid and test files, else the last 5 % of sessions each; every item after the first of a session is a truth,
//               or the target where the file names it
//   baskets     test = last basket, valid = the one before
// Items have the same rows in both stages: those of everything before the test. An item that comes only in the test is a truth
// that no model knows.
// Where a file has no times, sessions are a minute apart in the order of the file, and baskets of a person a day apart.
// Published interactions have no kinds: sessions are read as views, everything else as purchases.
// Threads: pure function. Errors: invalid_input when nothing is left to learn from or to test.

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "evaluation/interactions.hpp"
#include "evaluation/question.hpp"
#include "training/history.hpp"

namespace vitrina::evaluation {

struct Stage {
    training::History history;
    std::vector<Question> questions;
};

struct PublishedSplit {
    Stage choosing;  // without questions where the data is too small to choose on
    Stage testing;
    std::string valid_rule, test_rule;  // for the protocol
};

Result<PublishedSplit> split_published(const Interactions& data, std::uint64_t seed);

}  // namespace vitrina::evaluation

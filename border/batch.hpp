#pragma once
// Recommendations for everybody, ahead of being asked (for e-mail): catalogue, states (border/shop_states.hpp) and a model go in,
// lines of JSON come out, each what `vitrina recommend` answers to the same person with the same model and states.
//
//   {"user_id": "u7", "placement": "home", "model_version": "…", "items": [{"item_id": "…", "score": 0.5, "source": "ials",
//    "reason": {"code": "…", "text": "…", "item_id": "…"}}, …], "empty_reason": "…"}
//
// `user_id` or `visitor_id` says who; `empty_reason` is there where there is nothing to show.
// Configuration: {"placement": "home", "size": 10, "now": 1770000000000, "locale": "en", "people": "everybody", "memory_mb": 0}
//   now        the moment of the answers: trends, what was bought recently, items on sale
//   people     users      a line a user who ever signed in, from what he did signed in on any device
//              visitors   a line a visitor, with what is known of the user who signed in there last
//              everybody  the users, and the visitors who never signed in
//   memory_mb  what model, catalogue and states of items may take; 0: no bound
//   config     the text of the shop's vitrina.toml, for its placements and trends; left out: those out of the box
// "placement" and "now" must be said. Weights are those of the model's manifest.
// Threads: one. Errors: invalid_input for a configuration out of range or a placement that needs an item; corrupt_data for bytes
// that are not ours; exhausted where `memory_mb` would be passed.
// Cost: model, catalogue and states of all items stay in memory; about 200 microseconds an answer.

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "candidates/source.hpp"
#include "catalog/catalog.hpp"
#include "recommendation/request.hpp"
#include "recommendation/snapshot.hpp"
#include "settings/answers.hpp"

namespace vitrina::border {

enum class BatchPeople : std::uint8_t { everybody, users, visitors };

struct BatchConfiguration {
    recommendation::Request request;
    TimeMs now = 0;
    BatchPeople people = BatchPeople::everybody;
    settings::Answers answers;
    std::uint64_t memory_mb = 0;
};
Result<BatchConfiguration> read_batch_configuration(std::string_view json);

class Batch {
public:
    static Result<Batch> open(std::string_view configuration);

    Result<void> add_entry(std::string_view entry);
    Result<void> add_item(catalog::Item item);
    Result<void> add_item_states(std::string_view block);
    // The bytes of a model come in pieces, then its manifest.
    Result<void> add_model_bytes(std::string_view piece);
    Result<void> take_manifest(std::string_view json);

    // A line each person of the block, each ended by "\n". After everything else.
    Result<std::string> answers(std::string_view people_block);

private:
    explicit Batch(BatchConfiguration configuration);
    void prepare();
    Result<void> holds(std::size_t more);
    Result<void> say(std::string_view field, std::string_view id, std::string_view hot, std::string_view cold,
                     std::string_view user, std::string& lines);

    BatchConfiguration configuration_;
    std::unique_ptr<catalog::Catalog> catalog_;
    std::unordered_map<ItemKey, std::string> items_;
    std::string model_bytes_;
    std::size_t held_ = 0;
    bool prepared_ = false;
    recommendation::Snapshot snapshot_;
    std::unique_ptr<candidates::Scratch> scratch_;
};

}  // namespace vitrina::border

#include "owner/wire.hpp"

#include <gtest/gtest.h>

namespace vitrina::owner {
namespace {

// What it says, so that two filters can be compared.
std::string said(const std::string& json) { return filter_json(ranking::parse_filter(json).value()); }

TEST(Wire, writes_a_filter_as_the_parser_reads_it) {
    for (const char* const json :
         {R"({"field":"brand","eq":"Acme"})", R"({"field":"price","gte":5,"lt":20})",
          R"({"all":[{"field":"category","in":["kitchen","garden"]},{"not":{"field":"title","exists":true}}]})",
          R"({"any":[{"field":"price","between":[1.25,1e6]},{"field":"attributes.size","eq":"L \"x\""}]})",
          R"({"field":"created_at","gt":"2026-01-05T10:00:00.123Z"})", R"({"field":"created_at","lte":1767607200})",
          R"({"field":"quantity","eq":0.1})"}) {
        const std::string once = said(json);
        EXPECT_EQ(said(once), once) << json;
    }
    EXPECT_EQ(said(R"({"field":"price","between":[1,2]})"), R"({"between":[1.0,2.0],"field":"price"})");
    EXPECT_EQ(said(R"({"not":{"field":"brand","eq":"A"}})"), R"({"not":{"eq":"A","field":"brand"}})");
}

TEST(Wire, brings_every_field_of_a_request) {
    engine::RecommendationRequest request{.visitor_id = "v",
                                          .user_id = "u",
                                          .requests = {},
                                          .distinct = true,
                                          .live = true,
                                          .bot = true,
                                          .timeout_ms = 7};
    recommendation::Request one{.placement = "cart",
                                .item_id = "i",
                                .cart = {"a", "b"},
                                .size = 3,
                                .exclude = {"c"},
                                .candidates = {"d"},
                                .filter = std::nullopt,
                                .recent_items = {"e"},
                                .category = "k",
                                .search_term = "s",
                                .locale = "ru",
                                .strict = true,
                                .explain = true};
    request.requests = {one};
    proto::RecommendationCall wire, again;
    write(request, wire);
    const auto back = read(wire);
    ASSERT_TRUE(back);
    write(*back, again);
    EXPECT_EQ(wire.SerializeAsString(), again.SerializeAsString());
    EXPECT_EQ(back->requests[0].cart, one.cart);
    EXPECT_EQ(back->timeout_ms, 7);
}

TEST(Wire, refuses_what_cannot_be) {
    proto::Accepted accepted;
    accepted.set_verdicts("\x7f");
    EXPECT_EQ(read(accepted).error().code, ErrorCode::corrupt_data);
    proto::Visitor visitor;
    visitor.add_actions()->set_action(0);
    EXPECT_EQ(read(visitor).error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(read(proto::Figures()).error().code, ErrorCode::corrupt_data);
    proto::RecommendationCall call;
    call.add_requests()->set_filter(R"({"field":"price","lt":"cheap"})");
    EXPECT_EQ(read(call).error().code, ErrorCode::invalid_input);
    proto::Failure failure;
    failure.set_code(99);
    EXPECT_EQ(read(failure).code, ErrorCode::unavailable);
}

TEST(Wire, brings_every_outcome) {
    std::vector<Result<void>> outcomes(2);
    outcomes[1] = fail(ErrorCode::conflict, "no");
    proto::Outcomes wire;
    write(outcomes, wire);
    const auto back = read(wire);
    ASSERT_EQ(back.size(), 2u);
    EXPECT_TRUE(back[0]);
    EXPECT_EQ(back[1].error().message, "no");
}

}  // namespace
}  // namespace vitrina::owner

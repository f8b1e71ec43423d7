// How long an answer takes: `product`, `cart` and `home` from a catalogue of 100,000 items, for a person with 60 actions, with
// neighbour tables and factors of the size that training makes. Checks that the answer is full and shows nothing of the cart.
// Limit: 5,000 answers a second on two cores leave 400 µs each for everything, HTTP included.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cmath>

#include "base/random.hpp"
#include "recommendation/test_shop.hpp"

namespace vitrina::recommendation {
namespace {

constexpr std::uint32_t items = 100'000;
constexpr std::uint32_t neighbours = 200;

std::string id_of(std::uint64_t number) { return fmt::format("item-{}", number); }

// Every row has random neighbours with falling weights.
void add_table(model::ModelBuilder& builder, const std::string& name, Random& random) {
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> columns;
    std::vector<float> weights;
    for (std::uint32_t row = 0; row < items; ++row) {
        for (std::uint32_t rank = 0; rank < neighbours; ++rank) {
            columns.push_back(static_cast<std::uint32_t>(random.below(items)));
            weights.push_back(1.0f / static_cast<float>(1 + rank));
        }
        offsets.push_back(columns.size());
    }
    builder.add(name + ".offsets", offsets);
    builder.add(name + ".columns", columns);
    builder.add(name + ".values", weights);
}

// Lengths as a shop's: a few items sell much, most of them little.
void add_factors(model::ModelBuilder& builder, Random& random) {
    constexpr std::size_t dimensions = 64;
    std::vector<float> factors;
    std::vector<double> gram(dimensions, 0.0);
    for (std::uint32_t row = 0; row < items; ++row) {
        const double length = 0.05 * std::exp(0.5 * random.normal());
        for (std::size_t k = 0; k < dimensions; ++k) {
            factors.push_back(static_cast<float>(length * random.normal()));
            gram[k] += std::pow(static_cast<double>(factors.back()), 2);
        }
    }
    builder.add("ials.factors", factors);
    builder.add("ials.gram", gram);
    builder.add("ials.settings", std::vector<double>{dimensions, 0.01, 0.005, 1, items});
    builder.add("ials.query", std::vector<double>{0.3, 0.6, 0.6, 1, 0});
}

TestShop& big_shop() {
    static TestShop shop;
    if (shop.catalog.size() > 0) return shop;
    Random random(3);
    std::vector<ItemKey> keys;
    std::vector<std::string> bestsellers;
    for (std::uint32_t number = 0; number < items; ++number) {
        catalog::Item& item = shop.add(id_of(number));
        item.categories = {fmt::format("category-{}", number % 300)};
        item.price = static_cast<MoneyMicros>(1 + number % 90) * money_unit;
        keys.push_back(item_key(item.item_id));
        if (number % 10 == 0) bestsellers.push_back(item.item_id);
    }
    shop.open();
    shop.sells(bestsellers);
    std::ranges::sort(keys);
    model::ModelBuilder builder(keys);
    for (const char* table : {"item_item", "same_order"}) add_table(builder, table, random);
    for (const char* table : {"covisit_view_view", "covisit_view_buy", "covisit_cart_buy", "covisit_buy_buy"}) {
        add_table(builder, table, random);
        builder.add(fmt::format("{}.query", table), std::vector<double>{0.5, 30});
    }
    add_factors(builder, random);
    builder.add("item_item.query", std::vector<double>{0.3, 0.6, 0.6, 1, 0});
    shop.snapshot.model = *model::Model::from_bytes(builder.bytes());
    shop.snapshot.sources = sources_of(shop.snapshot.placements, shop.snapshot.model);
    for (auto& [name, settings] : shop.snapshot.placements) settings.diversity = {"category", 3};
    for (int action = 0; action < 60; ++action)
        shop.did(action % 6 == 0 ? state::Action::buy : state::Action::view, id_of(random.below(items)),
                 action * hour_ms, static_cast<std::uint64_t>(action) / 12 + 1);
    return shop;
}

void ask(benchmark::State& state, const std::string& placement, std::size_t lines) {
    TestShop& shop = big_shop();
    candidates::Scratch scratch(items);
    Random random(5);
    std::size_t asked = 0;
    for (auto _ : state) {
        Request request;
        request.placement = placement;
        request.item_id = id_of(random.below(items));
        for (std::size_t line = 0; line < lines; ++line) request.cart.push_back(id_of(random.below(items)));
        const Situation situation{shop.profile, shop.catalog, shop.snapshot, TestShop::now, {}, nullptr};
        const auto recommendation = answer(request, situation, scratch);
        ensure(recommendation && recommendation->items.size() == request.size, "the answer must be full");
        for (const AnsweredItem& item : recommendation->items)
            ensure(std::ranges::find(request.cart, item.item_id) == request.cart.end(),
                   "nothing of the cart may be shown");
        ++asked;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(asked));
}

BENCHMARK_CAPTURE(ask, product, "product", 0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask, cart_of_one, "cart", 1)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask, cart_of_five, "cart", 5)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask, home, "home", 0)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ask, bestsellers, "bestsellers", 0)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace vitrina::recommendation

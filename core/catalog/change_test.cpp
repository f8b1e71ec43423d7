#include "catalog/change.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/keys.hpp"
#include "base/random.hpp"

namespace vitrina::catalog {
namespace {

constexpr TimeMs monday = 1'767'571'200'000;

ItemChange put(TimeMs time, Item item) {
    item.item_id = "MUG";
    return {.kind = ChangeKind::put, .item_id = "MUG", .changed_at = time, .change_id = "c", .item = std::move(item)};
}

ItemChange remove(TimeMs time) {
    ItemChange change{.kind = ChangeKind::remove, .item_id = "MUG", .changed_at = time, .change_id = "c"};
    change.item.item_id = "MUG";
    return change;
}

ItemChange patch(TimeMs time, Item item, std::vector<Field> fields) {
    item.item_id = "MUG";
    return {.kind = ChangeKind::patch,
            .item_id = "MUG",
            .changed_at = time,
            .change_id = "c",
            .item = std::move(item),
            .fields = std::move(fields)};
}

TEST(ItemChanges, keep_the_newest_writer_of_each_field) {
    Entry entry = folded({}, put(monday, {.title = "Mug", .price = 4}));
    entry = folded(entry, patch(monday + 2, {.price = 5}, {Field::price}));
    entry = folded(entry, patch(monday + 1, {.title = "Red mug", .price = 3}, {Field::title, Field::price}));
    EXPECT_EQ(item_of(entry)->title, "Red mug");
    EXPECT_EQ(item_of(entry)->price, 5);
}

TEST(ItemChanges, of_one_time_are_decided_by_their_ids) {
    ItemChange a = patch(monday, {.brand = "a"}, {Field::brand}), b = patch(monday, {.brand = "b"}, {Field::brand});
    a.change_id = "2", b.change_id = "1";
    const Entry base = folded({}, put(monday - 1, {}));
    EXPECT_EQ(item_of(folded(folded(base, a), b))->brand, "a");
    EXPECT_EQ(item_of(folded(folded(base, b), a))->brand, "a");
}

TEST(ItemChanges, of_a_removed_item_do_not_bring_it_back_unless_they_put_it) {
    Entry entry = folded(folded({}, put(monday, {.title = "Mug"})), remove(monday + 5));
    EXPECT_FALSE(item_of(entry));
    entry = folded(entry, put(monday + 4, {.title = "Old"}));
    entry = folded(entry, patch(monday + 6, {.price = 7}, {Field::price}));
    EXPECT_FALSE(item_of(entry));
    entry = folded(entry, put(monday + 6, {.title = "New", .price = 1}));
    EXPECT_EQ(item_of(entry)->title, "New");
}

TEST(ItemChanges, write_attributes_by_name) {
    Item blue;
    blue.attributes = {{"colour", "blue"}, {"size", "m"}};
    Entry entry = folded({}, put(monday, blue));
    ItemChange change = patch(monday + 1, {}, {});
    change.item.attributes = {{"colour", "red"}};
    change.attributes = {"colour", "size"};
    entry = folded(entry, change);
    EXPECT_EQ(item_of(entry)->attributes, (std::map<std::string, std::string>{{"colour", "red"}}));
}

TEST(ItemChanges, take_created_at_from_the_earliest_put_unless_one_says_it) {
    Entry entry = folded({}, put(monday + 9, {}));
    entry = folded(entry, put(monday + 3, {}));
    EXPECT_EQ(item_of(entry)->created_at, monday + 3);
    entry = folded(entry, put(monday + 1, {.created_at = 77}));
    EXPECT_EQ(item_of(entry)->created_at, 77);
}

TEST(ItemChanges, are_refused_where_they_cannot_be_ordered_or_are_of_another_item) {
    EXPECT_TRUE(validated(put(monday, {})));
    ItemChange change = put(monday, {});
    change.change_id.clear();
    EXPECT_FALSE(validated(change));
    EXPECT_FALSE(validated(put(0, {})));
    change = put(monday, {});
    change.item.item_id = "TEA";
    EXPECT_FALSE(validated(change));
    EXPECT_FALSE(validated(put(monday, {.price = -1})));
}

class Changes {
public:
    explicit Changes(std::uint64_t seed) : random_(seed) {}

    Item item() {
        Item item{.item_id = "MUG", .title = word(), .brand = word()};
        if (random_.below(2) == 0) item.price = static_cast<MoneyMicros>(random_.below(5));
        for (const std::string name : {"a", "b", "c"})
            if (random_.below(2) == 0) item.attributes[name] = word();
        for (const std::string name : {"de", "fr"})
            if (random_.below(3) == 0) item.localized[name].title = word();
        if (random_.below(4) == 0) item.created_at = static_cast<TimeMs>(1 + random_.below(9));
        return item;
    }

    ItemChange next() {
        ItemChange change{.item_id = "MUG", .change_id = word()};
        change.changed_at = monday + static_cast<TimeMs>(random_.below(8));
        change.kind = static_cast<ChangeKind>(1 + random_.below(random_.below(2) == 0 ? 3 : 2));
        change.item.item_id = "MUG";
        if (change.kind == ChangeKind::remove) return change;
        change.item = item();
        if (change.kind == ChangeKind::put) {
            if (random_.below(2) == 0) change.run = word();
            return change;
        }
        change.item.absent = random_.below(2) == 0;
        for (const Field field : {Field::title, Field::brand, Field::price, Field::attributes, Field::localized,
                                  Field::created_at, Field::absent})
            if (random_.below(4) == 0) change.fields.push_back(field);
        for (const std::string name : {"a", "b", "c"})
            if (random_.below(3) == 0) change.attributes.push_back(name);
        if (random_.below(3) == 0) change.locales.push_back("de");
        return change;
    }

    Random& random() { return random_; }

private:
    std::string word() { return std::string(1, static_cast<char>('p' + random_.below(4))); }
    Random random_;
};

Entry fold_all(const std::vector<ItemChange>& changes) {
    Entry entry;
    for (const ItemChange& change : changes) entry = folded(std::move(entry), change);
    return entry;
}

TEST(ItemChanges, give_the_same_bytes_in_any_order_and_any_number) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Changes changes(seed);
        std::vector<ItemChange> all;
        for (std::uint64_t n = 1 + changes.random().below(9); n > 0; --n) all.push_back(changes.next());
        const std::string bytes = encode(fold_all(all));
        for (int round = 0; round < 4; ++round) {
            for (std::size_t i = all.size(); i > 1; --i) std::swap(all[i - 1], all[changes.random().below(i)]);
            if (round == 2) all.push_back(all.front());
            ASSERT_EQ(encode(fold_all(all)), bytes) << "seed " << seed;
        }
    }
}

bool contains(const auto& values, const auto& value) { return std::ranges::find(values, value) != values.end(); }

// Every cell by itself: the newest of the changes that write it.
std::string newest(const std::vector<ItemChange>& changes, const std::string& name) {
    std::string value;
    Stamp best;
    for (const ItemChange& change : changes) {
        const bool whole = change.kind != ChangeKind::patch || contains(change.fields, Field::attributes) ||
                           contains(change.attributes, name);
        const Stamp stamp{change.changed_at, change.change_id, text_hash(encode(change))};
        if (!whole || stamp <= best) continue;
        best = stamp;
        const auto found = change.item.attributes.find(name);
        value = found == change.item.attributes.end() ? "" : found->second;
    }
    return value;
}

TEST(ItemChanges, give_each_attribute_what_a_naive_reader_gives_it) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        Changes changes(seed);
        std::vector<ItemChange> all;
        for (std::uint64_t n = 1 + changes.random().below(9); n > 0; --n) all.push_back(changes.next());
        const Entry entry = fold_all(all);
        for (const std::string name : {"a", "b", "c"}) {
            const auto found = entry.item.attributes.find(name);
            ASSERT_EQ(found == entry.item.attributes.end() ? "" : found->second, newest(all, name)) << "seed " << seed;
        }
    }
}

TEST(ItemChanges, between_two_states_make_the_one_of_the_other) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Changes changes(seed);
        Item before = changes.item(), after = changes.item();
        before.created_at = after.created_at = 5;
        Entry entry = folded({}, put(monday, before));
        ItemChange change = patch_between(before, after);
        change.changed_at = monday + 1;
        change.change_id = "c";
        ASSERT_EQ(item_of(folded(entry, change)), after) << "seed " << seed;
    }
}

TEST(ItemChanges, are_read_as_they_were_written) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Changes changes(seed);
        const ItemChange change = changes.next();
        ASSERT_EQ(decode_change(encode(change)), change) << "seed " << seed;
        const Entry entry = fold_all({change, changes.next(), changes.next()});
        ASSERT_EQ(decode_entry(encode(entry)), entry) << "seed " << seed;
    }
    EXPECT_EQ(decode_entry(""), Entry());
    EXPECT_FALSE(decode_change(""));
    EXPECT_FALSE(decode_change("no change"));
    EXPECT_FALSE(decode_entry("no entry"));
}

}  // namespace
}  // namespace vitrina::catalog

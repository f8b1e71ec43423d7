#include "catalog/change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/keys.hpp"
#include "catalog/run.hpp"

namespace vitrina::catalog {
namespace {

using Copy = void (*)(const Item& from, Item& to);
using Differ = bool (*)(const Item& a, const Item& b);

struct Column {
    Field field;
    Copy copy;
    Differ differ;
};

template <auto Member>
constexpr Column column(Field field) {
    return {field, [](const Item& from, Item& to) { to.*Member = from.*Member; },
            [](const Item& a, const Item& b) { return a.*Member != b.*Member; }};
}

// All but the fields that have rules of their own: attributes, localized, created_at.
constexpr auto plain_columns = std::to_array<Column>({
    column<&Item::title>(Field::title),
    column<&Item::description>(Field::description),
    column<&Item::categories>(Field::categories),
    column<&Item::brand>(Field::brand),
    column<&Item::price>(Field::price),
    column<&Item::sale_price>(Field::sale_price),
    column<&Item::sale_from>(Field::sale_from),
    column<&Item::sale_until>(Field::sale_until),
    column<&Item::currency>(Field::currency),
    column<&Item::cost>(Field::cost),
    column<&Item::availability>(Field::availability),
    column<&Item::quantity>(Field::quantity),
    column<&Item::url>(Field::url),
    column<&Item::image_url>(Field::image_url),
    column<&Item::group_id>(Field::group_id),
    column<&Item::available_from>(Field::available_from),
    column<&Item::available_until>(Field::available_until),
    column<&Item::hidden>(Field::hidden),
    column<&Item::absent>(Field::absent),
});

template <class Name>
const Stamp& stamp_at(const std::map<Name, Stamp>& stamps, const Name& name, const Stamp& otherwise) {
    const auto found = stamps.find(name);
    return found == stamps.end() ? otherwise : found->second;
}

template <class Value>
void set_or_take_away(std::map<std::string, Value>& values, const std::string& name,
                      const std::map<std::string, Value>& from) {
    const auto found = from.find(name);
    if (found == from.end())
        values.erase(name);
    else
        values[name] = found->second;
}

// The names of `attributes` or of `localized`, and when those were written that are newer than all of them.
template <class Value>
struct Names {
    std::map<std::string, Value>& values;
    std::map<std::string, Stamp>& stamps;

    // Every name was written at `stamp`, but what has a newer stamp of its own stays.
    void replace(std::map<std::string, Value> written, const Stamp& stamp) {
        std::erase_if(stamps, [&](const auto& each) { return each.second <= stamp; });
        for (const auto& [name, newer] : stamps) set_or_take_away(written, name, values);
        values = std::move(written);
    }

    // `all` is when all of them were written.
    void write(const std::vector<std::string>& names, const std::map<std::string, Value>& from, const Stamp& all,
               const Stamp& stamp) {
        for (const std::string& name : names) {
            if (stamp <= stamp_at(stamps, name, all)) continue;
            set_or_take_away(values, name, from);
            stamps[name] = stamp;
        }
    }
};

Names<std::string> attributes_of(Entry& entry) { return {entry.item.attributes, entry.attributes}; }
Names<LocalizedText> locales_of(Entry& entry) { return {entry.item.localized, entry.locales}; }

void write_created_at(Entry& entry, const Item& from, const Stamp& stamp) {
    Stamp& known = entry.fields[Field::created_at];
    if (stamp <= known) return;
    known = stamp;
    entry.item.created_at = from.created_at;
}

// A put or a remove: everything that is not newer is as in `written`.
void write_whole(Entry& entry, Item written, bool present, const Stamp& stamp) {
    if (stamp <= entry.base) return;
    const auto is_newer = [&](Field field) {
        const auto found = entry.fields.find(field);
        return found != entry.fields.end() && found->second > stamp;
    };
    for (const Column& column : plain_columns)
        if (!is_newer(column.field)) column.copy(written, entry.item);
    if (!is_newer(Field::attributes)) attributes_of(entry).replace(std::move(written.attributes), stamp);
    if (!is_newer(Field::localized)) locales_of(entry).replace(std::move(written.localized), stamp);
    std::erase_if(entry.fields,
                  [&](const auto& each) { return each.first != Field::created_at && each.second <= stamp; });
    entry.present = present;
    entry.base = stamp;
}

void write_field(Entry& entry, Field field, const Item& from, const Stamp& stamp) {
    if (field == Field::created_at) return write_created_at(entry, from, stamp);
    if (stamp <= stamp_at(entry.fields, field, entry.base)) return;
    entry.fields[field] = stamp;
    if (field == Field::attributes) return attributes_of(entry).replace(from.attributes, stamp);
    if (field == Field::localized) return locales_of(entry).replace(from.localized, stamp);
    const auto column = std::ranges::find(plain_columns, field, &Column::field);
    ensure(column != plain_columns.end(), "a change writes a field that does not exist");
    column->copy(from, entry.item);
}

void write_patch(Entry& entry, const ItemChange& change, const Stamp& stamp) {
    for (const Field field : change.fields) write_field(entry, field, change.item, stamp);
    const Item& item = change.item;
    attributes_of(entry).write(change.attributes, item.attributes,
                               stamp_at(entry.fields, Field::attributes, entry.base), stamp);
    locales_of(entry).write(change.locales, item.localized, stamp_at(entry.fields, Field::localized, entry.base),
                            stamp);
}

template <class Value>
std::vector<std::string> names_that_differ(const std::map<std::string, Value>& before,
                                           const std::map<std::string, Value>& after) {
    std::vector<std::string> names;
    for (const auto& [name, value] : before)
        if (!after.contains(name)) names.push_back(name);
    for (const auto& [name, value] : after)
        if (const auto found = before.find(name); found == before.end() || found->second != value)
            names.push_back(name);
    std::ranges::sort(names);
    return names;
}

}  // namespace

Entry folded(Entry entry, const ItemChange& change) {
    const Stamp stamp{change.changed_at, change.change_id, text_hash(encode(change))};
    entry.item.item_id = change.item_id;
    if (change.kind == ChangeKind::patch) {
        write_patch(entry, change, stamp);
        return entry;
    }
    const bool put = change.kind == ChangeKind::put;
    if (put) entry.first_put = std::min(entry.first_put.value_or(change.changed_at), change.changed_at);
    if (put && change.item.created_at) write_created_at(entry, change.item, stamp);
    if (put && !change.run.empty() && entry.run_stamp < stamp) {
        entry.run = mark_of(change.run);
        entry.run_stamp = stamp;
    }
    write_whole(entry, put ? change.item : Item{}, put, stamp);
    return entry;
}

std::optional<Item> item_of(const Entry& entry) {
    if (!entry.present) return std::nullopt;
    Item item = entry.item;
    if (!item.created_at) item.created_at = entry.first_put;
    return item;
}

ItemChange patch_between(const Item& before, const Item& after) {
    ensure(before.item_id == after.item_id, "a patch is between two states of one item");
    ItemChange change{.kind = ChangeKind::patch, .item_id = after.item_id};
    change.item.item_id = after.item_id;
    for (const Column& column : plain_columns) {
        if (!column.differ(before, after)) continue;
        change.fields.push_back(column.field);
        column.copy(after, change.item);
    }
    if (before.created_at != after.created_at) {
        change.fields.push_back(Field::created_at);
        change.item.created_at = after.created_at;
    }
    change.attributes = names_that_differ(before.attributes, after.attributes);
    change.locales = names_that_differ(before.localized, after.localized);
    for (const std::string& name : change.attributes) set_or_take_away(change.item.attributes, name, after.attributes);
    for (const std::string& name : change.locales) set_or_take_away(change.item.localized, name, after.localized);
    return change;
}

Result<ItemChange> validated(ItemChange change, const Limits& limits) {
    const auto refused = [&](std::string_view why) {
        return fail(ErrorCode::invalid_input,
                    fmt::format("a change of item \"{}\" {}", change.item_id.substr(0, 64), why));
    };
    if (change.change_id.empty() || change.change_id.size() > limits.id_bytes)
        return refused(
            fmt::format("has no change_id of 1 to {} bytes; it decides between two of one time", limits.id_bytes));
    if (change.changed_at <= 0 || change.changed_at >= 1LL << 52)
        return refused(fmt::format("was made at {} ms; say when it was made", change.changed_at));
    if (change.item.item_id.empty()) change.item.item_id = change.item_id;
    if (change.item.item_id != change.item_id)
        return refused(fmt::format("holds the item \"{}\"", change.item.item_id.substr(0, 64)));
    if (change.run.size() > limits.id_bytes)
        return refused(fmt::format("names a run of more than {} bytes", limits.id_bytes));
    if (change.attributes.size() > limits.attributes || change.locales.size() > limits.attributes)
        return refused(fmt::format("names more than {} attributes or locales", limits.attributes));
    auto item = validated(std::move(change.item), limits);
    if (!item) return std::unexpected(std::move(item.error()));
    change.item = std::move(*item);
    return change;
}

}  // namespace vitrina::catalog

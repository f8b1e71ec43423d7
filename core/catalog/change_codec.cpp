#include "catalog/change.hpp"
#include "catalog/wire.hpp"

namespace vitrina::catalog {
namespace {

std::unexpected<Error> corrupt(const char* what, const char* why) {
    return fail(ErrorCode::corrupt_data, std::string("bytes are no ") + what + ": " + why);
}

bool is_field(std::uint32_t number) {
    return number >= static_cast<std::uint32_t>(Field::title) && number <= static_cast<std::uint32_t>(Field::absent);
}

void write_stamp(const Stamp& stamp, proto::ItemStamp& wire) {
    wire.set_changed_at_ms(stamp.changed_at);
    wire.set_change_id(stamp.change_id);
    wire.set_content(stamp.content);
}

Stamp read_stamp(const proto::ItemStamp& wire) { return {wire.changed_at_ms(), wire.change_id(), wire.content()}; }

// The item inside of a change or an entry may leave out its id; then it is the outer one.
Result<Item> read_inner(const proto::Item& wire, const std::string& item_id) {
    if (!wire.item_id().empty()) return read(wire);
    proto::Item named = wire;
    named.set_item_id(item_id);
    return read(named);
}

template <class Map>
std::map<std::string, Stamp> read_names(const Map& wire) {
    std::map<std::string, Stamp> stamps;
    for (const auto& [name, stamp] : wire) stamps[name] = read_stamp(stamp);
    return stamps;
}

}  // namespace

std::string encode(const ItemChange& change) {
    proto::ItemChange wire;
    wire.set_kind(static_cast<proto::ItemChangeKind>(change.kind));
    wire.set_item_id(change.item_id);
    wire.set_changed_at_ms(change.changed_at);
    wire.set_change_id(change.change_id);
    if (change.kind != ChangeKind::remove) write(change.item, *wire.mutable_item());
    for (const Field field : change.fields) wire.add_fields(static_cast<std::uint32_t>(field));
    for (const std::string& name : change.attributes) wire.add_attributes(name);
    for (const std::string& name : change.locales) wire.add_locales(name);
    wire.set_run(change.run);
    return bytes_of(wire);
}

Result<ItemChange> decode_change(std::string_view bytes) {
    proto::ItemChange wire;
    if (!parse(bytes, wire)) return corrupt("change of an item", "truncated or damaged");
    if (!proto::ItemChangeKind_IsValid(wire.kind()) || wire.kind() == proto::ITEM_CHANGE_KIND_UNSPECIFIED)
        return corrupt("change of an item", "unknown kind");
    if (wire.item_id().empty()) return corrupt("change of an item", "the id is missing");
    ItemChange change{.kind = static_cast<ChangeKind>(wire.kind()), .item_id = wire.item_id()};
    change.changed_at = wire.changed_at_ms();
    change.change_id = wire.change_id();
    change.item.item_id = change.item_id;
    if (change.kind == ChangeKind::remove) return change;
    if (!wire.has_item()) return corrupt("change of an item", "the item is missing");
    auto item = read_inner(wire.item(), change.item_id);
    if (!item) return std::unexpected(std::move(item.error()));
    change.item = std::move(*item);
    if (change.kind == ChangeKind::put) {
        change.run = wire.run();
        return change;
    }
    for (const std::uint32_t number : wire.fields()) {
        if (!is_field(number)) return corrupt("change of an item", "it writes a field that does not exist");
        change.fields.push_back(static_cast<Field>(number));
    }
    change.attributes.assign(wire.attributes().begin(), wire.attributes().end());
    change.locales.assign(wire.locales().begin(), wire.locales().end());
    return change;
}

std::string encode(const Entry& entry) {
    proto::CatalogEntry wire;
    write(entry.item, *wire.mutable_item());
    wire.set_present(entry.present);
    write_stamp(entry.base, *wire.mutable_base());
    for (const auto& [field, stamp] : entry.fields)
        write_stamp(stamp, (*wire.mutable_fields())[static_cast<std::uint32_t>(field)]);
    for (const auto& [name, stamp] : entry.attributes) write_stamp(stamp, (*wire.mutable_attributes())[name]);
    for (const auto& [name, stamp] : entry.locales) write_stamp(stamp, (*wire.mutable_locales())[name]);
    if (entry.first_put) wire.set_first_put_ms(*entry.first_put);
    if (entry.run != 0) {
        wire.set_run(entry.run);
        write_stamp(entry.run_stamp, *wire.mutable_run_stamp());
    }
    return bytes_of(wire);
}

Result<Entry> decode_entry(std::string_view bytes) {
    Entry entry;
    if (bytes.empty()) return entry;
    proto::CatalogEntry wire;
    if (!parse(bytes, wire)) return corrupt("entry of the catalogue", "truncated or damaged");
    auto item = read(wire.item());
    if (!item) return std::unexpected(std::move(item.error()));
    entry.item = std::move(*item);
    entry.present = wire.present();
    entry.base = read_stamp(wire.base());
    for (const auto& [number, stamp] : wire.fields()) {
        if (!is_field(number)) return corrupt("entry of the catalogue", "it holds a field that does not exist");
        entry.fields[static_cast<Field>(number)] = read_stamp(stamp);
    }
    entry.attributes = read_names(wire.attributes());
    entry.locales = read_names(wire.locales());
    if (wire.has_first_put_ms()) entry.first_put = wire.first_put_ms();
    if (wire.run() != 0) {
        entry.run = wire.run();
        entry.run_stamp = read_stamp(wire.run_stamp());
    }
    return entry;
}

}  // namespace vitrina::catalog

#include "catalog/wire.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <limits>

namespace vitrina::catalog {
namespace {

void write_amounts(const Item& item, proto::Item& wire) {
    if (item.price) wire.set_price_micros(*item.price);
    if (item.sale_price) wire.set_sale_price_micros(*item.sale_price);
    if (item.cost) wire.set_cost_micros(*item.cost);
    if (item.quantity) wire.set_quantity(*item.quantity);
}

void write_times(const Item& item, proto::Item& wire) {
    if (item.sale_from) wire.set_sale_from_ms(*item.sale_from);
    if (item.sale_until) wire.set_sale_until_ms(*item.sale_until);
    if (item.available_from) wire.set_available_from_ms(*item.available_from);
    if (item.available_until) wire.set_available_until_ms(*item.available_until);
    if (item.created_at) wire.set_created_at_ms(*item.created_at);
}

void write_texts(const Item& item, proto::Item& wire) {
    wire.set_item_id(item.item_id);
    wire.set_title(item.title);
    wire.set_description(item.description);
    for (const auto& path : item.categories) wire.add_categories(path);
    wire.set_brand(item.brand);
    wire.set_currency(item.currency);
    wire.set_url(item.url);
    wire.set_image_url(item.image_url);
    wire.set_group_id(item.group_id);
    for (const auto& [name, value] : item.attributes) (*wire.mutable_attributes())[name] = value;
    for (const auto& [locale, text] : item.localized) {
        auto& there = (*wire.mutable_localized())[locale];
        there.set_title(text.title);
        there.set_url(text.url);
        there.set_description(text.description);
    }
}

void read_amounts(const proto::Item& wire, Item& item) {
    if (wire.has_price_micros()) item.price = wire.price_micros();
    if (wire.has_sale_price_micros()) item.sale_price = wire.sale_price_micros();
    if (wire.has_cost_micros()) item.cost = wire.cost_micros();
    if (wire.has_quantity()) item.quantity = wire.quantity();
}

void read_times(const proto::Item& wire, Item& item) {
    if (wire.has_sale_from_ms()) item.sale_from = wire.sale_from_ms();
    if (wire.has_sale_until_ms()) item.sale_until = wire.sale_until_ms();
    if (wire.has_available_from_ms()) item.available_from = wire.available_from_ms();
    if (wire.has_available_until_ms()) item.available_until = wire.available_until_ms();
    if (wire.has_created_at_ms()) item.created_at = wire.created_at_ms();
}

void read_texts(const proto::Item& wire, Item& item) {
    item.item_id = wire.item_id();
    item.title = wire.title();
    item.description = wire.description();
    item.categories.assign(wire.categories().begin(), wire.categories().end());
    item.brand = wire.brand();
    item.currency = wire.currency();
    item.url = wire.url();
    item.image_url = wire.image_url();
    item.group_id = wire.group_id();
    item.attributes = {wire.attributes().begin(), wire.attributes().end()};
    for (const auto& [locale, text] : wire.localized())
        item.localized[locale] = {.title = text.title(), .url = text.url(), .description = text.description()};
}

std::unexpected<Error> corrupt(const char* why) {
    return fail(ErrorCode::corrupt_data, std::string("bytes are no item: ") + why);
}

}  // namespace

void write(const Item& item, proto::Item& wire) {
    write_texts(item, wire);
    write_amounts(item, wire);
    write_times(item, wire);
    wire.set_availability(static_cast<proto::Availability>(item.availability));
    wire.set_hidden(item.hidden);
    wire.set_absent(item.absent);
}

Result<Item> read(const proto::Item& wire) {
    if (wire.item_id().empty()) return corrupt("the id is missing");
    if (!proto::Availability_IsValid(wire.availability())) return corrupt("unknown availability");
    Item item;
    read_texts(wire, item);
    read_amounts(wire, item);
    read_times(wire, item);
    item.availability = static_cast<Availability>(wire.availability());
    item.hidden = wire.hidden();
    item.absent = wire.absent();
    return item;
}

std::string bytes_of(const google::protobuf::MessageLite& message) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream sink(&bytes);
        google::protobuf::io::CodedOutputStream coded(&sink);
        coded.SetSerializationDeterministic(true);
        ensure(message.SerializeToCodedStream(&coded), "an item cannot be written");
    }  // the coded stream gives back what it took too much
    return bytes;
}

bool parse(std::string_view bytes, google::protobuf::MessageLite& message) {
    static const google::protobuf::LogSilencer silence;
    return bytes.size() <= std::numeric_limits<int>::max() &&
           message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace vitrina::catalog

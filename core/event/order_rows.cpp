#include "event/order_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>
#include <unordered_map>

#include "base/closest.hpp"
#include "base/time_format.hpp"

namespace vitrina::event {
namespace {

enum Column : std::size_t {
    order_id,
    item_id,
    quantity,
    time,
    price,
    customer_id,
    title,
    category,
    brand,
    currency,
    column_count
};

constexpr std::array<std::string_view, column_count> names = {
    "order_id", "item_id", "quantity", "time", "price", "customer_id", "title", "category", "brand", "currency"};
constexpr std::size_t needed = 4;  // the first ones
constexpr std::size_t absent = std::string_view::npos;
constexpr std::size_t remembered_codes = 1'000'000;
constexpr std::size_t shown_bytes = 64;

using Columns = std::array<std::size_t, column_count>;

std::unexpected<Error> invalid(std::string message) { return fail(ErrorCode::invalid_input, std::move(message)); }

// Where each of our columns stands in the file.
Result<Columns> columns_of(const OrderMapping& mapping, std::span<const std::string_view> header) {
    Columns at;
    at.fill(absent);
    for (const auto& [ours, theirs] : mapping.columns)
        if (std::ranges::find(names, ours) == names.end())
            return invalid(
                fmt::format("column \"{}\" is none of {}{}", ours, fmt::join(names, " "), did_you_mean(ours, names)));
    for (std::size_t column = 0; column < column_count; ++column) {
        const auto mapped = mapping.columns.find(std::string(names[column]));
        const std::string_view theirs =
            mapped == mapping.columns.end() ? names[column] : std::string_view(mapped->second);
        const auto found = std::ranges::find(header, theirs);
        if (std::ranges::count(header, theirs) > 1)
            return invalid(fmt::format("the file has more than one column \"{}\"; rename all but the one for {}",
                                       theirs, names[column]));
        if (found != header.end())
            at[column] = static_cast<std::size_t>(found - header.begin());
        else if (mapped != mapping.columns.end() || column < needed)
            return invalid(fmt::format("the file has no column \"{}\" for {}{}; it has {}; say --columns {}=NAME",
                                       theirs, names[column], did_you_mean(theirs, header), fmt::join(header, " "),
                                       names[column]));
    }
    return at;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool has_prefix(std::string_view text, const std::vector<std::string>& prefixes) {
    return std::ranges::any_of(prefixes, [&](const std::string& prefix) { return text.starts_with(prefix); });
}

void to_upper(std::string& text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
}

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace

struct OrderRowReader::Impl {
    OrderMapping mapping;
    Columns columns{};
    std::vector<std::string> header;
    std::vector<std::regex> patterns;
    TimeMs offset = 0;
    TimeMs latest = 0;
    Limits limits;
    std::string item;  // of the row at hand, in upper case where the mapping says so
    std::string last_time_text;
    TimeMs last_time = 0;
    std::unordered_map<std::string, bool, TextHash, std::equal_to<>> is_product;

    std::string_view field(std::span<const std::string_view> fields, Column column) const {
        return columns[column] == absent ? std::string_view{} : trimmed(fields[columns[column]]);
    }
    std::string_view name(Column column) const { return header[columns[column]]; }

    bool product(std::string_view id) {
        if (const auto known = is_product.find(id); known != is_product.end()) return known->second;
        const std::string text(id);
        const bool other =
            std::ranges::find(mapping.other_codes, text) != mapping.other_codes.end() ||
            std::ranges::any_of(patterns, [&](const std::regex& pattern) { return std::regex_match(text, pattern); });
        if (is_product.size() >= remembered_codes) is_product.clear();
        is_product.emplace(text, !other);
        return !other;
    }

    std::optional<Refusal> read_quantity(std::string_view text, std::int64_t& number) const {
        std::string_view digits = text;
        if (const std::size_t point = digits.find('.');
            point != std::string_view::npos && digits.find_first_not_of('0', point + 1) == std::string_view::npos)
            digits = digits.substr(0, point);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (error != std::errc{} || end != digits.data() + digits.size() || number == 0)
            return Refusal{"bad_quantity", fmt::format("{} \"{}\" is not a whole number other than 0", name(quantity),
                                                       text.substr(0, shown_bytes))};
        if (std::abs(number) > static_cast<std::int64_t>(limits.quantity))
            return Refusal{"bad_quantity",
                           fmt::format("{} {} is more than {}", name(quantity), number, limits.quantity)};
        return {};
    }

    std::optional<Refusal> read_price(std::string_view text, std::optional<MoneyMicros>& amount) const {
        if (text.empty()) return {};
        const auto money = parse_money(text);
        if (!money) return Refusal{"bad_price", fmt::format("{} {}", name(price), money.error().message)};
        if (*money < 0)
            return Refusal{"bad_price",
                           fmt::format("{} {} is negative; a return has its own order id or a negative quantity",
                                       name(price), text)};
        amount = *money;
        return {};
    }

    // Neighbouring rows mostly carry the same time.
    std::optional<Refusal> read_time(std::string_view text) {
        if (!last_time_text.empty() && text == last_time_text) return {};
        const auto read = parse_time_as(text, mapping.time_format, offset);
        if (!read) return Refusal{"bad_time", fmt::format("{}: {}", name(time), read.error().message)};
        if (*read > latest)
            return Refusal{
                "time_ahead",
                fmt::format("{} \"{}\" lies ahead of now; is the clock or the time zone wrong?", name(time), text)};
        last_time_text = text;
        last_time = *read;
        return {};
    }

    std::optional<Refusal> read_texts(std::span<const std::string_view> fields, OrderRow& row) {
        row.order_id = field(fields, order_id);
        if (row.order_id.empty())
            return Refusal{"missing_order", fmt::format("{} is empty; every row names its order", name(order_id))};
        item = field(fields, item_id);
        if (item.empty())
            return Refusal{"missing_item", fmt::format("{} is empty; every row names its item", name(item_id))};
        if (mapping.upper_case_ids) to_upper(item);
        row.item_id = item;
        row.customer_id = field(fields, customer_id);
        if (!mapping.customer_suffix.empty() && row.customer_id.ends_with(mapping.customer_suffix))
            row.customer_id.remove_suffix(mapping.customer_suffix.size());
        row.title = field(fields, title);
        row.category = field(fields, category);
        row.brand = field(fields, brand);
        row.currency = field(fields, currency);
        if (row.currency.empty()) row.currency = mapping.currency;
        return {};
    }

    std::optional<Refusal> refused_texts(const OrderRow& row) const {
        // An id gets a prefix where it becomes an event's; the limit leaves room for it.
        for (const auto& [id, column] : {std::pair{row.order_id, order_id}, std::pair{row.item_id, item_id},
                                         std::pair{row.customer_id, customer_id}}) {
            if (id.size() + 16 > limits.id_bytes)
                return Refusal{"bad_text", fmt::format("{} has {} bytes; ids are shorter", name(column), id.size())};
            if (std::ranges::any_of(id, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
                return Refusal{"bad_text", fmt::format("{} holds control characters", name(column))};
        }
        if (!row.currency.empty() && row.currency != mapping.currency && !is_currency(row.currency))
            return Refusal{"bad_currency", fmt::format("{} \"{}\" is no ISO-4217 code; write it as GBP or EUR",
                                                       name(currency), row.currency.substr(0, shown_bytes))};
        return {};
    }
};

OrderRowReader::OrderRowReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
OrderRowReader::~OrderRowReader() = default;
OrderRowReader::OrderRowReader(OrderRowReader&&) noexcept = default;

Result<OrderRowReader> OrderRowReader::make(const OrderMapping& mapping, std::span<const std::string_view> header,
                                            TimeMs latest, const Limits& limits) {
    auto impl = std::make_unique<Impl>();
    std::vector<std::string_view> plain;
    for (const std::string_view column : header) plain.push_back(trimmed(column));
    auto columns = columns_of(mapping, plain);
    if (!columns) return std::unexpected(std::move(columns.error()));
    auto offset = parse_offset(mapping.time_zone_offset);
    if (!offset) return std::unexpected(std::move(offset.error()));
    if (auto good = check_time_format(mapping.time_format); !good) return std::unexpected(std::move(good.error()));
    if (!mapping.currency.empty() && !is_currency(mapping.currency))
        return invalid(fmt::format("currency \"{}\" is no ISO-4217 code; write it as GBP or EUR", mapping.currency));
    for (const std::string& pattern : mapping.other_code_patterns) {
        try {
            impl->patterns.emplace_back(pattern, std::regex::ECMAScript | std::regex::optimize);
        } catch (const std::regex_error& error) {
            return invalid(fmt::format("pattern \"{}\" is no regular expression: {}", pattern, error.what()));
        }
    }
    impl->mapping = mapping;
    impl->columns = *columns;
    impl->header.assign(plain.begin(), plain.end());
    impl->offset = *offset;
    impl->latest = latest;
    impl->limits = limits;
    return OrderRowReader(std::move(impl));
}

OrderRowRead OrderRowReader::read(std::span<const std::string_view> fields) {
    Impl& impl = *impl_;
    if (fields.size() != impl.header.size())
        return Refusal{"missing_column",
                       fmt::format("the row has {} columns and the header {}", fields.size(), impl.header.size())};
    OrderRow row;
    if (auto refused = impl.read_texts(fields, row)) return std::move(*refused);
    if (has_prefix(row.order_id, impl.mapping.ignored_prefixes)) return LeftOut{"ignored_order"};
    if (auto refused = impl.refused_texts(row)) return std::move(*refused);
    if (!impl.product(row.item_id)) return LeftOut{"other_code"};
    std::int64_t number = 0;
    if (auto refused = impl.read_quantity(impl.field(fields, quantity), number)) return std::move(*refused);
    const bool return_order = has_prefix(row.order_id, impl.mapping.return_prefixes);
    if (number < 0 && !return_order && impl.mapping.negative_quantity == Rule::leave_out)
        return LeftOut{"negative_quantity"};
    row.returned = return_order || number < 0;
    row.quantity = static_cast<std::uint32_t>(std::abs(number));
    if (auto refused = impl.read_price(impl.field(fields, price), row.price)) return std::move(*refused);
    if (row.price == 0 && impl.mapping.zero_price == Rule::leave_out) return LeftOut{"zero_price"};
    if (auto refused = impl.read_time(impl.field(fields, time))) return std::move(*refused);
    row.time = impl.last_time;
    return row;
}

std::span<const std::string_view> order_columns() { return names; }

}  // namespace vitrina::event

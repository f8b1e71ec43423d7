#include "base/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vitrina {
namespace {

constexpr MoneyMicros most_units = 9'000'000'000'000;
constexpr std::size_t decimals = 6;
constexpr std::size_t shown_bytes = 64;  // of a refused value in its message

std::unexpected<Error> refused(std::string_view text, std::string_view why) {
    return fail(ErrorCode::invalid_input, fmt::format("\"{}\" {}", text.substr(0, shown_bytes), why));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

// The digits after the point as millionths, rounded half up (the sign is applied later, so: away from zero).
MoneyMicros micros_of(std::string_view fraction) {
    MoneyMicros micros = 0;
    for (std::size_t i = 0; i < decimals; ++i) micros = micros * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    return micros + (fraction.size() > decimals && fraction[decimals] >= '5' ? 1 : 0);
}

// Sorted. ISO 4217 as of 2025 without metals, funds of banks and test codes; ANG and BGN, replaced in 2025 and 2026, stay
// because orders carry them.
constexpr auto currencies = std::to_array<std::string_view>(
    {"AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
     "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW", "CLF",
     "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR",
     "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS",
     "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT",
     "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR",
     "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP",
     "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE",
     "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS",
     "UAH", "UGX", "USD", "USN", "UYI", "UYU", "UYW", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG",
     "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG"});
static_assert(std::ranges::is_sorted(currencies));

}  // namespace

Result<MoneyMicros> parse_money(std::string_view text) {
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    const std::size_t point = std::min(rest.find('.'), rest.size());
    std::string_view whole = rest.substr(0, point);
    const std::string_view fraction = point < rest.size() ? rest.substr(point + 1) : std::string_view{};
    if (text.find(',') != std::string_view::npos)
        return refused(text, "is not a number; use a point as the decimal mark and nothing between thousands");
    if ((whole.empty() && fraction.empty()) || !all_digits(whole) || !all_digits(fraction))
        return refused(text, "is not a number; write an amount such as 4.05");
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    MoneyMicros units = 0;
    if (whole.size() <= 13)
        for (const char digit : whole) units = units * 10 + (digit - '0');
    const MoneyMicros amount = whole.size() > 13 || units > most_units ? 0 : units * money_unit + micros_of(fraction);
    if (whole.size() > 13 || units > most_units || amount > most_units * money_unit)
        return refused(text, "is more money than there can be; amounts end at 9,000,000,000,000");
    return negative ? -amount : amount;
}

Result<MoneyMicros> money_from_number(double number) {
    if (!(std::abs(number) <= static_cast<double>(most_units)))
        return refused(fmt::format("{}", number), "is more money than there can be; amounts end at 9,000,000,000,000");
    return std::llround(number * static_cast<double>(money_unit));
}

std::string money_text(MoneyMicros amount) {
    const std::uint64_t size = amount < 0 ? 0 - static_cast<std::uint64_t>(amount) : static_cast<std::uint64_t>(amount);
    std::string text = fmt::format("{}{}.{:06}", amount < 0 ? "-" : "", size / money_unit, size % money_unit);
    while (text.back() == '0' && text[text.size() - 3] != '.') text.pop_back();
    return text;
}

bool is_currency(std::string_view code) { return std::ranges::binary_search(currencies, code); }

}  // namespace vitrina

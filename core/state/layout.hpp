#pragma once
// Flat state: a 32-byte header, then one fixed part and up to ten sections of fixed-width columns, all little-endian.
//
//   header   magic u32 · version u16 · zero u16 · length u32 · rows of each section 10 × u16
//   fixed    one row of columns, padded with zeros to 8 bytes
//   section  column after column (all rows of the first, all rows of the second, …), padded with zeros to 8 bytes
//
// A row is a plain struct, `Columns<Row, &Row::a, &Row::b>` names its columns in the order in which they are stored. There is one
// encoding of a content: columns in this order, rows in the order given, nothing else. docs/state-layouts.md shows the layouts.
// Lifetime: `Rows` and `Reader` borrow the bytes. Threads: values.
// Errors: `Reader::finish` answers corrupt_data where magic, version, length, a section's bounds or the padding are wrong.
// Cost: reading a row gathers its columns by copying; nothing is parsed.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace vitrina::state {

static_assert(std::endian::native == std::endian::little, "state is little-endian and copied as it lies in memory");

inline constexpr std::size_t layout_header_bytes = 32;
inline constexpr std::size_t layout_sections = 10;
inline constexpr std::size_t layout_rows_max = 65'535;

// No event lies further from 1970 (a hundred thousand years); times within it can be added and negated without overflow.
inline constexpr bool is_possible(TimeMs time) { return time > -(1LL << 52) && time < 1LL << 52; }

inline constexpr std::size_t padded_to_8(std::size_t bytes) { return (bytes + 7) / 8 * 8; }

struct LayoutName {
    std::uint32_t magic = 0;
    std::uint16_t version = 1;
    const char* what = "";  // for messages: "visitor's hot state"
};

// "VVHT" as the four bytes in the order in which they lie in the file.
constexpr std::uint32_t magic_of(const char (&text)[5]) {
    std::uint32_t magic = 0;
    for (int i = 3; i >= 0; --i) magic = magic << 8 | static_cast<unsigned char>(text[i]);
    return magic;
}

template <auto>
struct ColumnTag;

template <class RowType, auto... Members>
struct Columns {
    using Row = RowType;
    static constexpr std::size_t row_bytes = (sizeof(std::declval<Row&>().*Members) + ...);

    // Where the column of `Member` begins, in bytes a row.
    template <auto Member>
    static constexpr std::size_t bytes_before() {
        std::size_t bytes = 0;
        bool reached = false;
        ((reached = reached || std::is_same_v<ColumnTag<Member>, ColumnTag<Members>>,
          bytes += reached ? 0 : sizeof(std::declval<Row&>().*Members)),
         ...);
        return bytes;
    }

    static constexpr std::size_t bytes(std::size_t rows) { return padded_to_8(rows * row_bytes); }

    static void write(char* at, const Row* rows, std::size_t count) { (write_column<Members>(at, rows, count), ...); }
    static void read(const char* at, Row* rows, std::size_t count) { (read_column<Members>(at, rows, count), ...); }
    // The section of `count` rows at `from` with `row` put in before `index`.
    static void write_with(char* at, const char* from, std::size_t count, std::size_t index, const Row& row) {
        (write_column_with<Members>(at, from, count, index, row), ...);
    }
    static Row row(const char* at, std::size_t count, std::size_t index) {
        Row row;
        (read_cell<Members>(at, row, count, index), ...);
        return row;
    }

private:
    template <auto Member>
    static void write_column(char*& at, const Row* rows, std::size_t count) {
        constexpr std::size_t width = sizeof(std::declval<Row&>().*Member);
        for (std::size_t i = 0; i < count; ++i, at += width) std::memcpy(at, &(rows[i].*Member), width);
    }
    template <auto Member>
    static void write_column_with(char*& at, const char*& from, std::size_t count, std::size_t index, const Row& row) {
        constexpr std::size_t width = sizeof(std::declval<Row&>().*Member);
        at = std::copy_n(from, index * width, at);
        std::memcpy(at, &(row.*Member), width);
        at = std::copy_n(from + index * width, (count - index) * width, at + width);
        from += count * width;
    }
    template <auto Member>
    static void read_column(const char*& at, Row* rows, std::size_t count) {
        constexpr std::size_t width = sizeof(std::declval<Row&>().*Member);
        for (std::size_t i = 0; i < count; ++i, at += width) std::memcpy(&(rows[i].*Member), at, width);
    }
    template <auto Member>
    static void read_cell(const char*& at, Row& row, std::size_t count, std::size_t index) {
        constexpr std::size_t width = sizeof(std::declval<Row&>().*Member);
        std::memcpy(&(row.*Member), at + index * width, width);
        at += count * width;
    }
};

// The rows of one section, where they lie.
template <class Section>
class Rows {
public:
    Rows() = default;
    Rows(const char* at, std::size_t count) : at_(at), count_(count) {}

    std::size_t size() const { return count_; }
    // Precondition: index < size().
    typename Section::Row operator[](std::size_t index) const { return Section::row(at_, count_, index); }
    // One column of a row: `rows.get<&Row::time>(3)`.
    template <auto Member>
    auto get(std::size_t index) const {
        using Cell = std::remove_cvref_t<decltype(std::declval<typename Section::Row&>().*Member)>;
        Cell cell;
        const char* column = at_ + Section::template bytes_before<Member>() * count_;
        std::memcpy(&cell, column + index * sizeof cell, sizeof cell);
        return cell;
    }
    const char* bytes() const { return at_; }
    std::vector<typename Section::Row> all() const {
        std::vector<typename Section::Row> rows(count_);
        Section::read(at_, rows.data(), count_);
        return rows;
    }

private:
    const char* at_ = nullptr;
    std::size_t count_ = 0;
};

// Reads sections in the order in which they were written; once something is wrong everything after it reads as empty.
class Reader {
public:
    Reader(std::string_view bytes, const LayoutName& name);

    template <class Section>
    typename Section::Row fixed() {
        const char* at = take(Section::row_bytes);
        return at ? Section::row(at, 1, 0) : typename Section::Row{};
    }
    template <class Section>
    Rows<Section> section() {
        const std::size_t rows = next_count();
        const char* at = take(rows * Section::row_bytes);
        return at ? Rows<Section>(at, rows) : Rows<Section>();
    }
    Result<void> finish();

private:
    std::size_t next_count();
    const char* take(std::size_t bytes);  // and the zeros after it; null where there are not as many

    std::string_view bytes_;
    LayoutName name_;
    const char* problem_ = nullptr;
    std::array<std::uint16_t, layout_sections> counts_{};
    std::size_t section_ = 0;
    std::size_t at_ = layout_header_bytes;
};

// Writes what a `Reader` reads. Precondition: at most 65,535 rows a section, ten sections.
class Writer {
public:
    // `expected_bytes` spares the bytes from being moved while they grow.
    explicit Writer(const LayoutName& name, std::size_t expected_bytes = 0);

    template <class Section>
    void fixed(const typename Section::Row& row) {
        Section::write(grow(Section::bytes(1)), &row, 1);
    }
    template <class Section>
    void section(const std::vector<typename Section::Row>& rows) {
        Section::write(begin_section<Section>(rows.size()), rows.data(), rows.size());
    }
    // A section as it lies elsewhere, as it is or with one more row.
    template <class Section>
    void section(const Rows<Section>& rows) {
        std::copy_n(rows.bytes(), rows.size() * Section::row_bytes, begin_section<Section>(rows.size()));
    }
    template <class Section>
    void section_with(const Rows<Section>& rows, std::size_t index, const typename Section::Row& row) {
        Section::write_with(begin_section<Section>(rows.size() + 1), rows.bytes(), rows.size(), index, row);
    }
    std::string finish();

private:
    template <class Section>
    char* begin_section(std::size_t rows) {
        ensure(section_ < layout_sections && rows <= layout_rows_max, "a section of a state holds too many rows");
        counts_[section_++] = static_cast<std::uint16_t>(rows);
        return grow(Section::bytes(rows));
    }
    char* grow(std::size_t bytes);

    LayoutName name_;
    std::string bytes_;
    std::array<std::uint16_t, layout_sections> counts_{};
    std::size_t section_ = 0;
};

}  // namespace vitrina::state

#include "base/csv.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace vitrina {
namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Read {
    Rows rows;
    std::vector<std::string> faults;
    std::vector<std::uint64_t> lines;
};

Read read(std::string_view text, std::size_t piece = 0, char separator = ',', CsvLimits limits = {}) {
    CsvReader reader(separator, limits);
    Read read;
    const auto drain = [&] {
        while (const auto row = reader.next()) {
            if (row->fault != nullptr) {
                read.faults.push_back(row->fault->code + " " + std::to_string(row->line));
                continue;
            }
            read.lines.push_back(row->line);
            read.rows.emplace_back(row->fields.begin(), row->fields.end());
        }
    };
    for (std::size_t at = 0; at < text.size(); at += piece == 0 ? text.size() : piece) {
        reader.feed(text.substr(at, piece == 0 ? text.size() : piece));
        drain();
    }
    reader.close();
    drain();
    return read;
}

TEST(Csv, reads_rows_whatever_the_line_end) {
    const Rows rows{{"a", "b"}, {"1", ""}, {"", "2"}};
    EXPECT_EQ(read("a,b\n1,\n,2\n").rows, rows);
    EXPECT_EQ(read("a,b\r\n1,\r\n,2").rows, rows);
    EXPECT_EQ(read("\xef\xbb\xbf"
                   "a,b\n\n1,\n\r\n,2\n\n")
                  .rows,
              rows);
    EXPECT_TRUE(read("").rows.empty());
    EXPECT_TRUE(read("\xef\xbb\xbf").rows.empty());
}

TEST(Csv, reads_quoted_fields) {
    EXPECT_EQ(read("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\nnext,\"\",x\"y\n").rows,
              (Rows{{"a,b", "say \"hi\"", "two\nlines"}, {"next", "", "x\"y"}}));
    EXPECT_EQ(read("\"a\"\r\n\"b\"").rows, (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(read("\"\"\"\"\n").rows, (Rows{{"\""}}));
    EXPECT_EQ(read("RECORD FRAME 7\" SINGLE,1\n").rows, (Rows{{"RECORD FRAME 7\" SINGLE", "1"}}));
}

TEST(Csv, counts_lines_inside_quotes) {
    EXPECT_EQ(read("a\n\"x\ny\nz\"\nb\n").lines, (std::vector<std::uint64_t>{1, 2, 5}));
}

TEST(Csv, gives_up_one_line_of_a_broken_row_and_reads_on) {
    const auto broken = read("a,b\n\"x\"y,1\nc,d\n");
    EXPECT_EQ(broken.faults, std::vector<std::string>{"bad_quotes 2"});
    EXPECT_EQ(broken.rows, (Rows{{"a", "b"}, {"c", "d"}}));
    const auto open = read("a,b\n\"x,1\nc,d\n");
    EXPECT_EQ(open.faults, std::vector<std::string>{"bad_quotes 2"});
    EXPECT_EQ(open.rows, (Rows{{"a", "b"}, {"c", "d"}}));
    const auto latin = read("a,b\ncaf\xe9,1\nc,d\n");
    EXPECT_EQ(latin.faults, std::vector<std::string>{"not_utf8 2"});
    EXPECT_EQ(latin.rows, (Rows{{"a", "b"}, {"c", "d"}}));
}

TEST(Csv, bounds_rows_and_columns) {
    const CsvLimits limits{.row_bytes = 10, .columns = 3};
    for (const std::size_t piece : {0u, 1u, 7u}) {
        const auto rows = read("a,b\n" + std::string(50, 'x') + "\n1,2,3,4\nc,d\n\"" + std::string(30, 'y') + "\"\ne\n",
                               piece, ',', limits);
        EXPECT_EQ(rows.faults, (std::vector<std::string>{"too_long 2", "too_many_columns 3", "too_long 5"})) << piece;
        EXPECT_EQ(rows.rows, (Rows{{"a", "b"}, {"c", "d"}, {"e"}})) << piece;
    }
}

TEST(Csv, tells_the_separator_by_the_first_row) {
    EXPECT_EQ(read("a;b\n1,5;2\n", 0, 0).rows, (Rows{{"a", "b"}, {"1,5", "2"}}));
    EXPECT_EQ(read("a\tb\n1\t2\n", 0, 0).rows, (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(read("a|b\n", 0, 0).rows, (Rows{{"a", "b"}}));
    EXPECT_EQ(read("alone\n", 0, 0).rows, (Rows{{"alone"}}));
}

TEST(Csv, reads_back_what_it_wrote_in_pieces_of_any_size) {
    Random random(8);
    for (int i = 0; i < 500; ++i) {
        Rows rows;
        std::string text;
        for (std::uint64_t count = 1 + random.below(6); count > 0; --count) {
            std::vector<std::string> row;
            for (std::uint64_t columns = 1 + random.below(4); columns > 0; --columns) {
                std::string field;
                for (std::uint64_t length = random.below(6); length > 0; --length)
                    field += "ab,\"\n\r;x"[random.below(8)];
                row.push_back(field);
            }
            text += csv_line(std::vector<std::string_view>(row.begin(), row.end()));
            rows.push_back(std::move(row));
        }
        const auto whole = read(text);
        ASSERT_EQ(whole.rows, rows) << "text " << i << " of seed 8: " << text;
        for (const std::size_t piece : {1u, 2u, 5u}) ASSERT_EQ(read(text, piece).rows, rows) << i;
    }
}

TEST(Csv, never_fails_on_noise_and_does_not_depend_on_the_pieces) {
    Random random(9);
    for (int i = 0; i < 2000; ++i) {
        std::string text;
        for (std::uint64_t length = random.below(60); length > 0; --length) text += "a,\"\n\r\xc3\xa9"[random.below(7)];
        const auto whole = read(text);
        for (const std::size_t piece : {1u, 3u}) {
            const auto parts = read(text, piece);
            ASSERT_EQ(parts.rows, whole.rows) << i;
            ASSERT_EQ(parts.faults, whole.faults) << i;
        }
    }
}

}  // namespace
}  // namespace vitrina

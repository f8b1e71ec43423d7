#include "import/reading.hpp"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

#include "base/random.hpp"

namespace vitrina::import {
namespace {

std::string gzip(const std::string& text) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, text.size()), '\0');
    std::string input = text;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

std::string zstd(const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
    return packed;
}

class PackedFile : public testing::Test {
protected:
    std::string write(const std::string& bytes) {
        path_ = testing::TempDir() + "packed_" + std::to_string(::getpid());
        std::ofstream(path_, std::ios::binary) << bytes;
        return path_;
    }
    void TearDown() override { std::filesystem::remove(path_); }
    Result<std::string> read(const std::string& bytes, Encoding encoding = Encoding::utf8) {
        auto file = ReadAhead::open(write(bytes), encoding);
        if (!file) return std::unexpected(file.error());
        std::string text;
        for (;;) {
            auto piece = (*file)->next();
            if (!piece) return std::unexpected(piece.error());
            if (!*piece) return text;
            text += **piece;
        }
    }
    std::string path_;
};

std::string noise(std::size_t bytes) {
    Random random(5);
    std::string text;
    while (text.size() < bytes)
        for (std::uint64_t letters = random.next(), i = 0; i < 12; ++i, letters /= 20)
            text += static_cast<char>('a' + letters % 20);
    return text;
}

TEST_F(PackedFile, reads_the_same_whatever_it_is_packed_with) {
    for (const std::string& text : {std::string(), std::string("a,b\n1,2\n"), noise(3 << 20)}) {
        EXPECT_EQ(read(text), text);
        EXPECT_EQ(read(gzip(text)), text);
        EXPECT_EQ(read(zstd(text)), text);
        EXPECT_EQ(read(gzip(text) + gzip("more")), text + "more");
        EXPECT_EQ(read(zstd(text) + zstd("more")), text + "more");
    }
}

TEST_F(PackedFile, refuses_what_is_cut_off_or_damaged) {
    for (const std::string& packed : {gzip(noise(1 << 20)), zstd(noise(1 << 20))}) {
        EXPECT_EQ(read(packed.substr(0, packed.size() - 3)).error().code, ErrorCode::invalid_input);
        EXPECT_EQ(read(packed.substr(0, packed.size() / 2)).error().code, ErrorCode::invalid_input);
        std::string damaged = packed;
        for (std::size_t at = damaged.size() / 2; at < damaged.size(); ++at)
            damaged[at] = static_cast<char>(~damaged[at]);
        EXPECT_EQ(read(damaged).error().code, ErrorCode::invalid_input);
    }
}

TEST_F(PackedFile, refuses_by_name_what_it_cannot_read) {
    EXPECT_NE(read("PK\x03\x04zip").error().message.find("spreadsheet"), std::string::npos);
    EXPECT_NE(read("\xff\xfe"
                   "a")
                  .error()
                  .message.find("UTF-16"),
              std::string::npos);
    EXPECT_EQ(ReadAhead::open("/no/such/file", Encoding::utf8).error().code, ErrorCode::not_found);
    EXPECT_EQ(ReadAhead::open(testing::TempDir(), Encoding::utf8).error().code, ErrorCode::invalid_input);
}

TEST_F(PackedFile, turns_old_encodings_into_utf8) {
    EXPECT_EQ(read("\xa3 5 caf\xe9", Encoding::latin1), "£ 5 café");
    EXPECT_EQ(read("\x80 5", Encoding::windows1252), "€ 5");
}

TEST_F(PackedFile, may_be_left_before_its_end) {
    auto file = ReadAhead::open(write(std::string(20 << 20, 'a')), Encoding::utf8);
    ASSERT_TRUE(file.has_value());
    EXPECT_TRUE((*file)->next().has_value());
}

TEST_F(PackedFile, is_jsonl_where_it_begins_with_an_object) {
    EXPECT_EQ(format_of({}, write(gzip("\n {\"event\": 1}"))), Format::jsonl);
    EXPECT_EQ(format_of({}, write("event,visitor_id\n")), Format::csv);
    EXPECT_EQ(format_of({}, write("")), Format::csv);
}

TEST(FormatOfAFile, is_told_by_its_name_or_by_the_call) {
    EXPECT_EQ(format_of({}, "a.jsonl.gz"), Format::jsonl);
    EXPECT_EQ(format_of({}, "a.ndjson"), Format::jsonl);
    EXPECT_EQ(format_of({}, "a.csv.zst"), Format::csv);
    EXPECT_EQ(format_of({}, "-"), Format::csv);
    EXPECT_EQ(format_of({.format = Format::jsonl}, "a.csv"), Format::jsonl);
}

}  // namespace
}  // namespace vitrina::import

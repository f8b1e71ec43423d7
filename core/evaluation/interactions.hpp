#pragma once
// Published benchmark files as they are read: four shapes of plain text, whole or in pieces, good rows taken and bad ones
// refused by line.
//
//   user-items  `user item item …`, any order; a user may have several lines; valid and test files of the same layout
//   sequences   `user item item …` in time order, one line a user; the last item is the test
//   sessions    one session a line, oldest item first; or `prefix<TAB>target` (what was clicked, what came next); or rows under a
//               header that names SessionId, ItemId and Time (tab, comma or semicolon), in any order: grouped by session, sorted by time
//   baskets     `user<TAB>basket|basket|…<TAB>next basket`, items of a basket separated by spaces; the last basket is the test
//
// An item's id and a user's id are opaque: any bytes but spaces, tabs, line ends and control characters.
// Threads: a reader belongs to one thread. Lifetime: what it answers owns its arrays.
// Errors: `finish` answers invalid_input when nothing could be taken from the training file; bad lines are in `refused`.
// Not errors: CRLF, a byte order mark, empty lines, a last line without an end, an item twice in a line, a user without items in
// a user-items file.
// Cost: one pass; memory is the distinct ids and four to twelve bytes an entry.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"

namespace vitrina::evaluation {

enum class Shape : std::uint8_t { user_items, sequences, sessions, baskets };

// "user-items", "sequences", "sessions", "baskets".
std::string_view name_of(Shape shape);
// invalid_input names what would be right.
Result<Shape> shape_named(std::string_view name);

enum class Part : std::uint8_t { train, valid, test };

struct ReadLimits {
    std::size_t line_bytes = 64 << 20;
    std::size_t id_bytes = 256;
    std::size_t line_items = 1'000'000;
    std::size_t entries = 1'000'000'000;  // of all files together
    std::size_t refused_kept = 20;        // messages; all are counted
};

// Lines of one file. Line l is of `person[l]` and holds tokens [offset[l], offset[l+1]); a token indexes `Interactions::keys`.
struct Lines {
    std::vector<std::uint32_t> person;
    std::vector<std::uint64_t> offset{0};
    std::vector<std::uint32_t> token;
    std::vector<std::uint32_t> basket;  // of each token, from 0 in each line; empty unless the shape is baskets
    std::vector<TimeMs> time;           // of each token; empty unless the file has times
    bool has_targets = false;           // the last token of each line is what followed the rest (`prefix<TAB>target`)

    std::size_t size() const { return person.size(); }
};

struct RefusedLine {
    Part part = Part::train;
    std::uint64_t line = 0;  // from 1
    std::string message;     // "line 8: …"
};

struct Interactions {
    Shape shape = Shape::user_items;
    std::vector<ItemKey> keys;  // by token, in the order of first sight
    std::uint32_t people = 0;
    std::array<Lines, 3> parts;  // by Part
    std::array<std::uint64_t, 3> lines_read{};
    std::vector<RefusedLine> refused;  // the first `refused_kept`
    std::uint64_t refused_count = 0;

    const Lines& part(Part which) const { return parts[static_cast<std::size_t>(which)]; }
};

class InteractionReader {
public:
    explicit InteractionReader(Shape shape, ReadLimits limits = {});

    // The next bytes belong to a new file; parts may come in any order, each once.
    void begin(Part part);
    // Bytes of the file, cut anywhere.
    void take(std::string_view bytes);
    // The file has ended.
    void end();

    Result<Interactions> finish();

private:
    struct TimedRow {
        std::uint32_t session, token;
        TimeMs time;
    };
    struct PlainSession {
        std::size_t index;  // among the lines taken
        std::uint64_t line;
    };
    // Columns of the layout with a header; `separator` 0 while no header was seen.
    struct Columns {
        char separator = 0;
        std::size_t session = 0, item = 0, time = 0, count = 0;
    };

    void take_line(std::string_view line);
    std::optional<std::string> read_user_items(std::string_view line);
    std::optional<std::string> read_session(std::string_view line);
    std::optional<std::string> read_timed_row(std::string_view line);
    std::optional<std::string> read_baskets(std::string_view line);
    bool read_header(std::string_view line);
    std::optional<std::string> read_ids(std::string_view text, std::vector<std::uint32_t>& tokens);
    void add_line(std::uint32_t person, const std::vector<std::uint32_t>& tokens);
    void group_timed_rows();
    void refuse_plain_sessions();
    void refuse(std::string message);
    std::uint32_t token_of(std::string_view id);
    Lines& lines() { return result_.parts[static_cast<std::size_t>(part_)]; }

    ReadLimits limits_;
    Interactions result_;
    Part part_ = Part::train;
    std::uint64_t line_ = 0;
    std::size_t entries_ = 0;
    bool skipping_ = false;  // the rest of a line that is too long
    std::string carry_;
    Columns columns_;
    std::vector<TimedRow> timed_rows_;
    std::vector<PlainSession> plain_sessions_;
    std::unordered_map<std::string, std::uint32_t> sessions_;  // of the file with a header that is being read
    std::unordered_map<std::string, std::uint32_t> tokens_, users_;
    std::vector<std::uint32_t> scratch_;
};

}  // namespace vitrina::evaluation

#include "evaluation/interactions.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace vitrina::evaluation {

namespace {

constexpr std::array<std::string_view, 4> shape_names{"user-items", "sequences", "sessions", "baskets"};

bool is_space(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

// Calls visit(word) for each run of bytes without spaces; ends early when it answers false.
template <class Visit>
void each_word(std::string_view text, Visit&& visit) {
    std::size_t at = 0;
    while (at < text.size()) {
        while (at < text.size() && is_space(text[at])) ++at;
        std::size_t end = at;
        while (end < text.size() && !is_space(text[end])) ++end;
        if (end > at && !visit(text.substr(at, end - at))) return;
        at = end;
    }
}

std::vector<std::string_view> fields_of(std::string_view text, char separator) {
    std::vector<std::string_view> fields;
    for (std::size_t at = 0;;) {
        const std::size_t end = text.find(separator, at);
        fields.push_back(trimmed(text.substr(at, end == std::string_view::npos ? end : end - at)));
        if (end == std::string_view::npos) return fields;
        at = end + 1;
    }
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return result;
}

// What a message shows of a value from outside.
std::string shown(std::string_view value) {
    constexpr std::size_t most = 40;
    std::string result;
    for (const char c : value.substr(0, most)) result += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return value.size() > most ? result + "…" : result;
}

std::optional<TimeMs> time_of(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) {
        const Result<TimeMs> parsed = parse_time(text);
        return parsed ? std::optional<TimeMs>(*parsed) : std::nullopt;
    }
    // Any clock will do, because only order and distance count: seconds are not told apart from milliseconds here.
    if (!std::isfinite(number) || std::abs(number) > 9e15) return std::nullopt;
    const bool seconds = std::abs(number) < 1e11;
    return static_cast<TimeMs>(std::llround(seconds ? number * 1000.0 : number));
}

}  // namespace

std::string_view name_of(Shape shape) { return shape_names[static_cast<std::size_t>(shape)]; }

Result<Shape> shape_named(std::string_view name) {
    const auto found = std::find(shape_names.begin(), shape_names.end(), name);
    if (found == shape_names.end())
        return fail(
            ErrorCode::invalid_input,
            fmt::format("shape \"{}\" is not known; it is user-items, sequences, sessions or baskets", shown(name)));
    return static_cast<Shape>(found - shape_names.begin());
}

InteractionReader::InteractionReader(Shape shape, ReadLimits limits) : limits_(limits) { result_.shape = shape; }

void InteractionReader::begin(Part part) {
    part_ = part;
    line_ = 0;
    carry_.clear();
    skipping_ = false;
    columns_ = {};
    sessions_.clear();
    timed_rows_.clear();
    plain_sessions_.clear();
}

void InteractionReader::take(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view piece = bytes.substr(0, end);
        if (!skipping_ && carry_.size() + piece.size() > limits_.line_bytes) {
            skipping_ = true;
            carry_.clear();
        }
        if (end == std::string_view::npos) {
            if (!skipping_) carry_.append(piece);
            return;
        }
        bytes.remove_prefix(end + 1);
        if (skipping_) {
            ++line_;
            refuse(fmt::format("longer than {} bytes", limits_.line_bytes));
        } else if (carry_.empty()) {
            take_line(piece);
        } else {
            carry_.append(piece);
            take_line(carry_);
        }
        skipping_ = false;
        carry_.clear();
    }
}

void InteractionReader::end() {
    if (skipping_ || !carry_.empty()) take("\n");
    group_timed_rows();
    refuse_plain_sessions();
    result_.lines_read[static_cast<std::size_t>(part_)] = line_;
}

Result<Interactions> InteractionReader::finish() {
    result_.people = std::max(result_.people, static_cast<std::uint32_t>(users_.size()));
    if (result_.part(Part::train).token.empty()) {
        const std::string why =
            result_.refused.empty() ? "" : fmt::format("; the first refused was {}", result_.refused.front().message);
        return fail(ErrorCode::invalid_input,
                    fmt::format("no {} could be read from the {} lines of the training file{}; is --shape right?",
                                name_of(result_.shape), result_.lines_read[0], why));
    }
    return std::move(result_);
}

void InteractionReader::take_line(std::string_view line) {
    if (++line_ == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trimmed(line).empty()) return;
    const auto control = std::find_if(line.begin(), line.end(), [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
    });
    if (control != line.end())
        return refuse(fmt::format("control character 0x{:02x} at byte {}; the file must be plain text",
                                  static_cast<unsigned char>(*control), control - line.begin() + 1));
    std::optional<std::string> wrong;
    switch (result_.shape) {
        case Shape::user_items:
        case Shape::sequences: wrong = read_user_items(line); break;
        case Shape::sessions: wrong = columns_.separator != 0 ? read_timed_row(line) : read_session(line); break;
        case Shape::baskets: wrong = read_baskets(line); break;
    }
    if (wrong) refuse(*std::move(wrong));
}

std::optional<std::string> InteractionReader::read_ids(std::string_view text, std::vector<std::uint32_t>& tokens) {
    std::optional<std::string> wrong;
    std::size_t words = 0;
    each_word(text, [&](std::string_view word) {
        ++words;
        if (word.size() > limits_.id_bytes)
            wrong = fmt::format("the id \"{}\" is longer than {} bytes", shown(word), limits_.id_bytes);
        if (words > limits_.line_items) wrong = fmt::format("more than {} items", limits_.line_items);
        return !wrong;
    });
    if (!wrong && entries_ + words > limits_.entries)
        wrong = fmt::format("the files have more than {} entries", limits_.entries);
    if (wrong) return wrong;
    entries_ += words;
    each_word(text, [&](std::string_view word) {
        tokens.push_back(token_of(word));
        return true;
    });
    return {};
}

std::optional<std::string> InteractionReader::read_user_items(std::string_view line) {
    line = trimmed(line);
    const std::size_t end = std::min(line.find(' '), line.find('\t'));
    const std::string user(line.substr(0, end));
    const std::string_view rest = end == std::string_view::npos ? std::string_view{} : line.substr(end);
    if (user.size() > limits_.id_bytes)
        return fmt::format("the user \"{}\" is longer than {} bytes", shown(user), limits_.id_bytes);
    if (result_.shape == Shape::sequences) {
        if (users_.contains(user))
            return fmt::format("user \"{}\" came before; a sequences file has one line a user", shown(user));
        if (trimmed(rest).empty()) return fmt::format("user \"{}\" has no items", shown(user));
    }
    scratch_.clear();
    if (auto wrong = read_ids(rest, scratch_)) return wrong;
    const auto person = users_.try_emplace(user, static_cast<std::uint32_t>(users_.size())).first->second;
    if (!scratch_.empty()) add_line(person, scratch_);
    return {};
}

std::optional<std::string> InteractionReader::read_session(std::string_view line) {
    if (lines().size() == 0 && read_header(line)) return {};
    const std::size_t tab = line.find('\t');
    const bool target = tab != std::string_view::npos && part_ != Part::train;
    scratch_.clear();
    if (target) {
        const std::string_view after = trimmed(line.substr(tab + 1));
        if (after.empty() || std::any_of(after.begin(), after.end(), is_space))
            return fmt::format("the target \"{}\" is not one item; the layout is `prefix<TAB>target`", shown(after));
        if (trimmed(line.substr(0, tab)).empty()) return std::string("the prefix before the tab is empty");
    }
    if (auto wrong = read_ids(line, scratch_)) return wrong;
    lines().has_targets |= target;
    if (!target) plain_sessions_.push_back({lines().size(), line_});
    add_line(result_.people++, scratch_);
    return {};
}

// One line with a target makes the file one of `prefix<TAB>target`: then lines without are refused, wherever they stood.
void InteractionReader::refuse_plain_sessions() {
    Lines& all = lines();
    if (!all.has_targets || plain_sessions_.empty()) return;
    Lines kept{.has_targets = true};
    std::size_t next = 0;
    const std::uint64_t last = line_;
    for (std::size_t l = 0; l < all.size(); ++l) {
        if (next < plain_sessions_.size() && plain_sessions_[next].index == l) {
            line_ = plain_sessions_[next++].line;
            refuse("no target after a tab, though other lines have one; the layout is `prefix<TAB>target`");
            continue;
        }
        kept.person.push_back(all.person[l]);
        kept.token.insert(kept.token.end(), all.token.begin() + all.offset[l], all.token.begin() + all.offset[l + 1]);
        kept.offset.push_back(kept.token.size());
    }
    line_ = last;
    all = std::move(kept);
}

bool InteractionReader::read_header(std::string_view line) {
    for (const char separator : {'\t', ',', ';'}) {
        const std::vector<std::string_view> fields = fields_of(line, separator);
        Columns columns{.separator = separator, .count = fields.size()};
        int found = 0;
        for (std::size_t i = 0; i < fields.size(); ++i) {
            const std::string name = lower(fields[i]);
            if (name == "sessionid" || name == "session_id") columns.session = i, found |= 1;
            if (name == "itemid" || name == "item_id") columns.item = i, found |= 2;
            if (name == "time" || name == "timestamp") columns.time = i, found |= 4;
        }
        if (found == 7) {
            columns_ = columns;
            return true;
        }
    }
    return false;
}

std::optional<std::string> InteractionReader::read_timed_row(std::string_view line) {
    const std::vector<std::string_view> fields = fields_of(line, columns_.separator);
    if (fields.size() != columns_.count)
        return fmt::format("{} fields where the header has {}", fields.size(), columns_.count);
    const std::string_view session = fields[columns_.session], item = fields[columns_.item];
    if (session.empty() || session.size() > limits_.id_bytes)
        return fmt::format("\"{}\" is not a session id", shown(session));
    if (item.empty() || item.size() > limits_.id_bytes) return fmt::format("\"{}\" is not an item id", shown(item));
    const std::optional<TimeMs> time = time_of(fields[columns_.time]);
    if (!time) return fmt::format("time \"{}\" is neither a number nor an ISO date", shown(fields[columns_.time]));
    if (++entries_ > limits_.entries) return fmt::format("the files have more than {} entries", limits_.entries);
    const auto number =
        sessions_.try_emplace(std::string(session), static_cast<std::uint32_t>(sessions_.size())).first->second;
    timed_rows_.push_back({number, token_of(item), *time});
    return {};
}

// Sessions in the order of their last event, so that the last of them are the latest; equal times in the order of the file.
void InteractionReader::group_timed_rows() {
    std::stable_sort(timed_rows_.begin(), timed_rows_.end(), [](const TimedRow& a, const TimedRow& b) {
        return a.session != b.session ? a.session < b.session : a.time < b.time;
    });
    std::vector<std::pair<std::size_t, std::size_t>> runs;
    for (std::size_t at = 0; at < timed_rows_.size();) {
        std::size_t end = at;
        while (end < timed_rows_.size() && timed_rows_[end].session == timed_rows_[at].session) ++end;
        runs.emplace_back(at, end);
        at = end;
    }
    std::stable_sort(runs.begin(), runs.end(), [&](const auto& a, const auto& b) {
        return timed_rows_[a.second - 1].time < timed_rows_[b.second - 1].time;
    });
    for (const auto& [begin, end] : runs) {
        scratch_.clear();
        for (std::size_t i = begin; i < end; ++i) {
            scratch_.push_back(timed_rows_[i].token);
            lines().time.push_back(timed_rows_[i].time);
        }
        add_line(result_.people++, scratch_);
    }
    timed_rows_.clear();
}

std::optional<std::string> InteractionReader::read_baskets(std::string_view line) {
    const std::vector<std::string_view> fields = fields_of(line, '\t');
    if (fields.size() != 3)
        return fmt::format("{} fields between tabs; the layout is `user<TAB>basket|basket|…<TAB>next basket`",
                           fields.size());
    const std::string user(fields[0]);
    if (user.empty() || user.size() > limits_.id_bytes) return fmt::format("\"{}\" is not a user id", shown(user));
    if (users_.contains(user))
        return fmt::format("user \"{}\" came before; a baskets file has one line a user", shown(user));
    if (fields[2].find('|') != std::string_view::npos)
        return std::string("the next basket holds a \"|\"; it is one basket");
    if (fields[2].empty()) return fmt::format("the next basket of user \"{}\" is empty", shown(user));
    std::vector<std::string_view> baskets = fields_of(fields[1], '|');
    baskets.push_back(fields[2]);
    scratch_.clear();
    std::vector<std::uint32_t> numbers;
    std::uint32_t number = 0;
    for (const std::string_view basket : baskets) {
        if (auto wrong = read_ids(basket, scratch_)) return wrong;
        if (scratch_.size() == numbers.size()) continue;  // an empty basket
        numbers.resize(scratch_.size(), number++);
    }
    const auto person = users_.try_emplace(user, static_cast<std::uint32_t>(users_.size())).first->second;
    lines().basket.insert(lines().basket.end(), numbers.begin(), numbers.end());
    add_line(person, scratch_);
    return {};
}

void InteractionReader::add_line(std::uint32_t person, const std::vector<std::uint32_t>& tokens) {
    Lines& to = lines();
    to.person.push_back(person);
    to.token.insert(to.token.end(), tokens.begin(), tokens.end());
    to.offset.push_back(to.token.size());
}

void InteractionReader::refuse(std::string message) {
    ++result_.refused_count;
    if (result_.refused.size() >= limits_.refused_kept) return;
    result_.refused.push_back({part_, line_, fmt::format("line {}: {}", line_, message)});
}

std::uint32_t InteractionReader::token_of(std::string_view id) {
    const auto [found, added] = tokens_.try_emplace(std::string(id), static_cast<std::uint32_t>(result_.keys.size()));
    if (added) result_.keys.push_back(item_key(id));
    return found->second;
}

}  // namespace vitrina::evaluation

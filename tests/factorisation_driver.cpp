// The same pairs for two factorisations, and one judge for both (jvm/mllib_bench.sh):
//
//   vitrina_factorisation made FOLDER                                     a made-up shop: train, valid and test, `user item item …`
//   vitrina_factorisation prepare FOLDER choosing|testing TRAIN VALID TEST
//   vitrina_factorisation measure FOLDER NAME
//
// `prepare` writes what the history of a shop would hold, FOLDER/records-N (border/history.hpp, packed), the same pairs as rows of
// that history, FOLDER/pairs (person i32, item i32), and what is asked, FOLDER/questions (person, items nobody knows, items known,
// rows of these; all u32). Choosing learns from TRAIN and asks VALID; testing learns from both and asks TEST.
// `measure` reads NAME-people and NAME-items, either packed blocks of factors (border/ials_blocks.hpp) or, as NAME-people.f32, rows
// of floats, ranks every item that a person does not have by the exact product, and prints what the core's metrics say as JSON.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>

#include "base/best_products.hpp"
#include "base/random.hpp"
#include "border/history.hpp"
#include "border/ials_blocks.hpp"
#include "border/packing.hpp"
#include "engine/thread_pool.hpp"
#include "evaluation/interactions.hpp"
#include "evaluation/measuring.hpp"
#include "import/byte_source.hpp"

namespace {

using namespace vitrina;
using evaluation::Part;
using std::filesystem::path;

constexpr TimeMs first_time = 1'767'225'600'000;  // the year 2026
constexpr std::size_t records_a_file = 100'000;

[[noreturn]] void stop(const std::string& message) {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::exit(1);
}

template <class Value>
Value good(Result<Value> result) {
    if (!result) stop(result.error().message);
    return std::move(*result);
}

void write(const path& file, std::string_view bytes) {
    std::ofstream out(file, std::ios::binary);
    out << bytes;
    if (!out.flush()) stop("cannot write " + file.string());
}

template <class Number>
void write(const path& file, const std::vector<Number>& numbers) {
    write(file, std::string_view(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)));
}

std::string read(const path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) stop("cannot read " + file.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

template <class Number>
std::vector<Number> numbers_of(const std::string& bytes) {
    std::vector<Number> numbers(bytes.size() / sizeof(Number));
    std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
    return numbers;
}

// People of 200 tastes: half of what one takes is of his taste, half is what everybody takes.
void make(const path& folder) {
    constexpr std::uint64_t people = 10'000, items = 8'000, tastes = 200;
    std::string parts[3];
    Random random(11);
    for (std::uint64_t p = 0; p < people; ++p) {
        const std::uint64_t taste = random.below(tastes) * (items / tastes);
        std::vector<std::uint64_t> taken;
        const auto wanted = static_cast<std::size_t>(std::exp(2.6 + 0.7 * random.normal())) + 6;
        for (std::size_t tries = 0; tries < 4 * wanted && taken.size() < std::min<std::size_t>(wanted, 300); ++tries) {
            const std::uint64_t skewed =
                static_cast<std::uint64_t>(std::pow(random.unit(), 3.0) * static_cast<double>(items));
            const std::uint64_t item = random.below(2) == 0 ? skewed : taste + random.below(2 * items / tastes);
            if (item < items && std::ranges::find(taken, item) == taken.end()) taken.push_back(item);
        }
        for (std::string& part : parts) part += std::to_string(p);
        for (std::size_t t = 0; t < taken.size(); ++t)
            parts[t % 10 == 8 ? 1 : t % 5 == 4 ? 2 : 0] += ' ' + std::to_string(taken[t]);
        for (std::string& part : parts) part += '\n';
    }
    const char* const names[] = {"train.txt", "valid.txt", "test.txt"};
    for (std::size_t part = 0; part < 3; ++part) write(folder / names[part], parts[part]);
}

evaluation::Interactions read_parts(char** files) {
    evaluation::InteractionReader reader(evaluation::Shape::user_items);
    std::vector<char> room(std::size_t{1} << 18);
    for (const Part part : {Part::train, Part::valid, Part::test}) {
        const auto source = good(import::ByteSource::open(files[static_cast<std::size_t>(part)]));
        reader.begin(part);
        while (const std::size_t count = good(source->read(room))) reader.take({room.data(), count});
        reader.end();
    }
    return good(reader.finish());
}

// Rows as the history of the records will have them: people by the key of their id, items by key (training/history.hpp).
struct Rows {
    std::vector<std::uint32_t> of_person, of_item;  // by number in the files
    std::vector<bool> known;                        // is the item in what is learned from?
};

template <class Key>
std::vector<std::uint32_t> ranks_of(const std::vector<Key>& keys, const std::vector<bool>& counted) {
    std::vector<std::uint32_t> by_key(keys.size()), rank(keys.size());
    std::iota(by_key.begin(), by_key.end(), 0u);
    std::ranges::sort(by_key, {}, [&](std::uint32_t number) { return keys[number]; });
    std::uint32_t next = 0;
    for (const std::uint32_t number : by_key) rank[number] = counted[number] ? next++ : 0;
    return rank;
}

std::string visitor(std::uint32_t person) { return "person-" + std::to_string(person); }
std::string item(std::uint32_t token) { return "item-" + std::to_string(token); }

Rows rows_of(const evaluation::Interactions& data, std::span<const Part> learned) {
    Rows rows{{}, {}, std::vector<bool>(data.keys.size())};
    std::vector<bool> people(data.people);
    for (const Part part : learned) {
        const evaluation::Lines& lines = data.part(part);
        for (const std::uint32_t token : lines.token) rows.known[token] = true;
        for (std::size_t l = 0; l < lines.size(); ++l)
            if (lines.offset[l] < lines.offset[l + 1]) people[lines.person[l]] = true;
    }
    const PersonHasher hasher{ShopKey{}};
    std::vector<PersonKey> person_keys;
    for (std::uint32_t p = 0; p < data.people; ++p) person_keys.push_back(hasher('v' + visitor(p)));
    std::vector<ItemKey> item_keys;
    for (std::uint32_t t = 0; t < data.keys.size(); ++t) item_keys.push_back(item_key(item(t)));
    rows.of_person = ranks_of(person_keys, people);
    rows.of_item = ranks_of(item_keys, rows.known);
    return rows;
}

void prepare_known(const path& folder, const evaluation::Interactions& data, std::span<const Part> learned,
                   const Rows& rows) {
    std::vector<std::int32_t> pairs;
    border::Packing packing;
    const auto flush = [&] {
        const std::size_t file = (pairs.size() / 2 - 1) / records_a_file;
        write(folder / ("records-" + std::to_string(file)), packing.finish());
        packing = {};
    };
    for (const Part part : learned) {
        const evaluation::Lines& lines = data.part(part);
        for (std::size_t l = 0; l < lines.size(); ++l)
            for (std::uint64_t place = lines.offset[l]; place < lines.offset[l + 1]; ++place) {
                const std::uint32_t person = lines.person[l], token = lines.token[place];
                event::Event event;
                event.event_id = "e" + std::to_string(pairs.size() / 2);
                event.visitor_id = visitor(person);
                event.time = event.received_at = first_time + static_cast<TimeMs>(pairs.size()) * 500;
                event.items.push_back({.item_id = item(token)});
                packing.add(border::encode(border::HistoryRecord{event.time, std::move(event)}));
                pairs.push_back(static_cast<std::int32_t>(rows.of_person[person]));
                pairs.push_back(static_cast<std::int32_t>(rows.of_item[token]));
                if (pairs.size() / 2 % records_a_file == 0) flush();
            }
    }
    if (pairs.size() / 2 % records_a_file != 0) flush();
    write(folder / "pairs", pairs);
}

void prepare_questions(const path& folder, const evaluation::Interactions& data, Part asked, const Rows& rows) {
    std::vector<std::uint32_t> questions;
    const evaluation::Lines& lines = data.part(asked);
    for (std::size_t l = 0; l < lines.size(); ++l) {
        std::vector<std::uint32_t> known;
        std::uint32_t unknown = 0;
        for (std::uint64_t place = lines.offset[l]; place < lines.offset[l + 1]; ++place) {
            const std::uint32_t token = lines.token[place];
            if (rows.known[token])
                known.push_back(rows.of_item[token]);
            else
                ++unknown;
        }
        std::ranges::sort(known);
        known.erase(std::ranges::unique(known).begin(), known.end());
        if (known.size() + unknown == 0) continue;
        questions.insert(questions.end(),
                         {rows.of_person[lines.person[l]], unknown, static_cast<std::uint32_t>(known.size())});
        questions.insert(questions.end(), known.begin(), known.end());
    }
    write(folder / "questions", questions);
}

void prepare(const path& folder, std::string_view stage, char** files) {
    const evaluation::Interactions data = read_parts(files);
    const std::vector<Part> learned =
        stage == "choosing" ? std::vector{Part::train} : std::vector{Part::train, Part::valid};
    const Rows rows = rows_of(data, learned);
    prepare_known(folder, data, learned, rows);
    prepare_questions(folder, data, stage == "choosing" ? Part::valid : Part::test, rows);
}

// Factors of one side, whoever wrote them.
Matrix factors_of(const path& folder, const std::string& name) {
    const path plain = folder / (name + ".f32");
    if (!std::filesystem::exists(plain)) {
        const std::string bytes = read(folder / name);
        std::vector<std::string_view> blocks;
        for (const auto& block : good(border::unpack(bytes))) blocks.push_back(block.value());
        return good(border::decode_factors(blocks));
    }
    const std::vector<float> numbers = numbers_of<float>(read(plain));
    const auto columns = static_cast<std::size_t>(numbers.at(0));
    Matrix factors((numbers.size() - 1) / columns, columns);
    for (std::size_t r = 0; r < factors.rows(); ++r)
        std::copy_n(numbers.begin() + 1 + static_cast<std::ptrdiff_t>(r * columns), columns, factors[r]);
    return factors;
}

std::vector<evaluation::Question> questions_of(const path& folder, std::vector<std::uint32_t>& person) {
    const auto pairs = numbers_of<std::int32_t>(read(folder / "pairs"));
    std::vector<std::vector<std::uint32_t>> seen;
    for (std::size_t p = 0; p < pairs.size(); p += 2) {
        const auto row = static_cast<std::size_t>(pairs[p]);
        if (seen.size() <= row) seen.resize(row + 1);
        seen[row].push_back(static_cast<std::uint32_t>(pairs[p + 1]));
    }
    const auto numbers = numbers_of<std::uint32_t>(read(folder / "questions"));
    std::vector<evaluation::Question> questions;
    for (auto next = numbers.begin(); next != numbers.end();) {
        evaluation::Question question;
        person.push_back(*next++);
        const std::uint32_t unknown = *next++, known = *next++;
        question.relevant.assign(next, next + known);
        next += known;
        question.relevant_count = known + unknown;
        question.excluded = seen.at(person.back());
        std::ranges::sort(question.excluded);
        question.unit = static_cast<std::uint32_t>(questions.size());
        questions.push_back(std::move(question));
    }
    return questions;
}

void measure(const path& folder, const std::string& name) {
    const Matrix people = factors_of(folder, name + "-people"), items = factors_of(folder, name + "-items");
    std::vector<std::uint32_t> person;
    const std::vector<evaluation::Question> questions = questions_of(folder, person);
    const BestProducts best(items);
    const evaluation::Ranker ranker = [&](std::size_t q, const evaluation::Question& question, std::size_t k,
                                          candidates::Scratch&) {
        std::vector<std::uint32_t> list;
        for (const Scored& found : best.find(people[person[q]], k + question.excluded.size()))
            if (list.size() < k && !std::ranges::binary_search(question.excluded, found.row)) list.push_back(found.row);
        return list;
    };
    engine::ThreadPool threads(2);
    const evaluation::ModelReport report = evaluation::measure(ranker, questions, {.rows = items.rows()}, threads);
    std::string figures;
    for (const auto& [metric, interval] : report.metrics)
        if (metric == "recall@20" || metric == "ndcg@20")
            figures += ", \"" + metric + "\": [" + std::to_string(interval.value) + ", " +
                       std::to_string(interval.low) + ", " + std::to_string(interval.high) + "]";
    std::printf("{\"factors\": \"%s\", \"people\": %zu, \"items\": %zu, \"asked\": %zu%s}\n", name.c_str(),
                people.rows(), items.rows(), questions.size(), figures.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc > 2 ? argv[1] : "";
    if (what == "made" && argc == 3) {
        make(argv[2]);
    } else if (what == "prepare" && argc == 7) {
        prepare(argv[2], argv[3], argv + 4);
    } else if (what == "measure" && argc == 4) {
        measure(argv[2], argv[3]);
    } else {
        std::fprintf(stderr,
                     "usage: %s made FOLDER | prepare FOLDER choosing|testing TRAIN VALID TEST | measure FOLDER NAME\n",
                     argv[0]);
        return 2;
    }
    return 0;
}

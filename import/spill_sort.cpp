#include "import/spill_sort.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace vitrina::import {
namespace {

constexpr std::size_t runs_at_most = 64;  // merged at once; each holds a file and a buffer
constexpr std::size_t buffer_bytes = 1 << 20;

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

struct Header {
    SortKey key;
    std::uint64_t bytes = 0;
};

}  // namespace

// A sorted sequence of records in a file without a name.
class SpillSort::Run {
public:
    explicit Run(std::FILE* file) : file_(file) { std::setvbuf(file, nullptr, _IOFBF, buffer_bytes); }

    bool write(SortKey key, std::string_view bytes) {
        const Header header{key, bytes.size()};
        return std::fwrite(&header, sizeof header, 1, file_.get()) == 1 &&
               std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) == bytes.size();
    }
    bool rewind() { return std::fflush(file_.get()) == 0 && std::fseek(file_.get(), 0, SEEK_SET) == 0; }
    // False at the end; `damaged` says whether it is a true one.
    bool advance() {
        Header header;
        const std::size_t read = std::fread(&header, 1, sizeof header, file_.get());
        if (read != sizeof header) {
            damaged_ = read != 0 || std::ferror(file_.get()) != 0;
            return false;
        }
        key_ = header.key;
        bytes_.resize(header.bytes);
        damaged_ = std::fread(bytes_.data(), 1, bytes_.size(), file_.get()) != bytes_.size();
        return !damaged_;
    }
    bool damaged() const { return damaged_; }
    SortKey key() const { return key_; }
    std::string_view bytes() const { return bytes_; }

private:
    std::unique_ptr<std::FILE, CloseFile> file_;
    SortKey key_;
    std::string bytes_;
    bool damaged_ = false;
};

SpillSort::SpillSort(std::string folder, std::size_t memory_bytes)
    : folder_(std::move(folder)), memory_bytes_(memory_bytes) {}
SpillSort::~SpillSort() = default;
SpillSort::SpillSort(SpillSort&&) noexcept = default;

Result<void> SpillSort::add(SortKey key, std::string_view bytes) {
    entries_.push_back({key, bytes_.size(), bytes.size()});
    bytes_ += bytes;
    return bytes_.size() + entries_.size() * sizeof(Entry) < memory_bytes_ ? Result<void>{} : spill();
}

void SpillSort::sort_memory() {
    // `at` grows with the order of adding, so equal keys keep it.
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.key != b.key ? a.key < b.key : a.at < b.at; });
}

Result<std::unique_ptr<SpillSort::Run>> SpillSort::new_run() const {
    std::string name = folder_ + "/vitrina-sort-XXXXXX";
    const int descriptor = ::mkstemp(name.data());
    std::FILE* file = descriptor < 0 ? nullptr : ::fdopen(descriptor, "w+b");
    if (file == nullptr)
        return fail(ErrorCode::io,
                    fmt::format("no temporary file can be made in {}: {}", folder_, std::strerror(errno)));
    ::unlink(name.c_str());
    return std::make_unique<Run>(file);
}

Result<void> SpillSort::spill() {
    sort_memory();
    auto run = new_run();
    if (!run) return std::unexpected(std::move(run.error()));
    for (const Entry& entry : entries_)
        if (!(*run)->write(entry.key, std::string_view(bytes_).substr(entry.at, entry.bytes)))
            return fail(ErrorCode::io,
                        fmt::format("a temporary file in {} cannot be written: {}", folder_, std::strerror(errno)));
    spilled_ += entries_.size();
    entries_.clear();
    bytes_.clear();
    runs_.push_back(std::move(*run));
    return runs_.size() < runs_at_most ? Result<void>{} : merge_runs();
}

// All runs so far become one.
Result<void> SpillSort::merge_runs() {
    auto merged = new_run();
    if (!merged) return std::unexpected(std::move(merged.error()));
    given_ = SIZE_MAX;
    for (auto& run : runs_)
        if (!run->rewind() || !run->advance())
            return fail(ErrorCode::io, fmt::format("a temporary file in {} cannot be read", folder_));
    for (;;) {
        auto record = next_of_runs();
        if (!record) return std::unexpected(std::move(record.error()));
        if (!*record) break;
        if (!(*merged)->write((*record)->key, (*record)->bytes))
            return fail(ErrorCode::io,
                        fmt::format("a temporary file in {} cannot be written: {}", folder_, std::strerror(errno)));
    }
    runs_.clear();
    runs_.push_back(std::move(*merged));
    given_ = SIZE_MAX;
    return {};
}

Result<void> SpillSort::finish() {
    if (runs_.empty()) {
        sort_memory();
        return {};
    }
    if (!entries_.empty())
        if (auto spilt = spill(); !spilt) return spilt;
    for (auto& run : runs_)
        if (!run->rewind() || !run->advance())
            return fail(ErrorCode::io, fmt::format("a temporary file in {} cannot be read", folder_));
    return {};
}

Result<std::optional<SortedRecord>> SpillSort::next() {
    if (!runs_.empty()) return next_of_runs();
    if (next_entry_ == entries_.size()) return std::optional<SortedRecord>{};
    const Entry& entry = entries_[next_entry_++];
    return SortedRecord{entry.key, std::string_view(bytes_).substr(entry.at, entry.bytes)};
}

// The run with the smallest key; of equal keys the older run, which holds what was added first.
Result<std::optional<SortedRecord>> SpillSort::next_of_runs() {
    if (given_ != SIZE_MAX && !runs_[given_]->advance()) {
        if (runs_[given_]->damaged())
            return fail(ErrorCode::corrupt_data,
                        fmt::format("a temporary file in {} is damaged; import again", folder_));
        runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(given_));
    }
    given_ = SIZE_MAX;
    for (std::size_t i = 0; i < runs_.size(); ++i)
        if (given_ == SIZE_MAX || runs_[i]->key() < runs_[given_]->key()) given_ = i;
    if (given_ == SIZE_MAX) return std::optional<SortedRecord>{};
    return SortedRecord{runs_[given_]->key(), runs_[given_]->bytes()};
}

}  // namespace vitrina::import

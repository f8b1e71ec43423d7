#include "engine/rebuild.hpp"

#include <rocksdb/db.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "engine/checkpointer.hpp"
#include "engine/database.hpp"

namespace vitrina::engine {

namespace {

// Written by folding alone; the database makes them anew when it opens.
constexpr std::array<std::string_view, 9> folded = {"visitors_hot", "visitors_cold", "users",    "items",       "late",
                                                    "dead_letters", "shoppers",      "outcomes", "item_success"};

std::string wish(const std::string& folder) { return folder + "/rebuild-states"; }

rocksdb::Status forget(rocksdb::DB& db, const std::vector<rocksdb::ColumnFamilyHandle*>& families) {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    // First the checkpoint: states without it are folded again, a checkpoint without states would be believed.
    for (auto* family : families)
        if (family->GetName() == "meta")
            if (auto status = db.Delete(synced, family, checkpoint_name); !status.ok()) return status;
    for (auto* family : families)
        if (std::ranges::find(folded, family->GetName()) != folded.end())
            if (auto status = db.DropColumnFamily(family); !status.ok()) return status;
    return rocksdb::Status::OK();
}

}  // namespace

bool rebuild_wanted(const std::string& folder) {
    std::error_code none;
    return std::filesystem::exists(wish(folder), none) && std::filesystem::exists(folder + "/store/CURRENT", none);
}

Result<void> forget_states(const std::string& folder) {
    std::vector<std::string> names;
    auto status = rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), folder + "/store", &names);
    std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
    rocksdb::ColumnFamilyOptions untouched;
    untouched.disable_auto_compactions = true;
    for (const std::string& name : names) descriptors.emplace_back(name, untouched);
    std::vector<rocksdb::ColumnFamilyHandle*> families;
    rocksdb::DB* opened = nullptr;
    if (status.ok())
        status = rocksdb::DB::Open(rocksdb::DBOptions(), folder + "/store", descriptors, &families, &opened);
    const std::unique_ptr<rocksdb::DB> db(opened);
    if (status.ok()) status = forget(*db, families);
    for (auto* family : families) db->DestroyColumnFamilyHandle(family);
    if (db && status.ok()) status = db->Close();
    if (!status.ok()) return std::unexpected(to_error(status, "cannot forget the states of " + folder));
    std::error_code failed;
    std::filesystem::remove(wish(folder), failed);
    if (failed) return fail(ErrorCode::io, "cannot remove " + wish(folder) + ": " + failed.message());
    return {};
}

}  // namespace vitrina::engine

#include "model/store.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace vitrina::model {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test, removed afterwards.
class ModelStore : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "vitrina-store-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
    }
    void TearDown() override { fs::remove_all(folder_); }

    static std::string model_bytes(std::uint64_t seed) {
        ModelBuilder builder({ItemKey{seed}, ItemKey{seed + 1}});
        builder.add("popular.score", std::vector<float>{1, 2});
        return builder.bytes();
    }
    static Manifest manifest(const std::string& version, TimeMs trained_at) {
        Manifest made;
        made.version = version;
        made.trained_at = trained_at;
        return made;
    }
    Store store() { return Store::open(folder_).value(); }
    void publish(const std::string& version, TimeMs trained_at) {
        ASSERT_TRUE(
            store().publish(manifest(version, trained_at), model_bytes(static_cast<std::uint64_t>(trained_at))));
    }
    void damage(const std::string& version, const std::string& file, std::size_t at) {
        const std::string path = folder_ + "/" + version + "/" + file;
        std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(static_cast<std::streamoff>(at));
        const char byte = static_cast<char>(stream.get() ^ 1);
        stream.seekp(static_cast<std::streamoff>(at));
        stream.put(byte);
    }
    std::vector<std::string> listed(std::vector<std::string>* broken = nullptr) {
        std::vector<std::string> versions;
        const auto manifests = store().list(broken).value();
        for (const Manifest& manifest : manifests) versions.push_back(manifest.version);
        return versions;
    }
    using Names = std::vector<std::string>;

    std::string folder_;
};

TEST_F(ModelStore, is_empty_at_first) {
    EXPECT_EQ(store().current().value(), "");
    EXPECT_TRUE(listed().empty());
    EXPECT_EQ(store().rollback().error().code, ErrorCode::conflict);
    EXPECT_EQ(store().use("v1").error().code, ErrorCode::not_found);
}

TEST_F(ModelStore, publishes_a_version_and_finds_it_again) {
    Manifest written = manifest("v1", 10);
    written.configuration = {{"item_item.neighbours", "500"}};
    written.weights = {{"home", "ials", 0.8}};
    written.figures = {{"home", "recall@20", 0.19, 0.18, 0.2, 77}};
    written.seed = ~std::uint64_t{0};
    const Version published = store().publish(written, model_bytes(1)).value();
    EXPECT_EQ(published.manifest.model_bytes, model_bytes(1).size());
    EXPECT_EQ(published.manifest.model_checksum, published.model->checksum());
    const Version loaded = store().load("v1").value();
    EXPECT_EQ(loaded.manifest, published.manifest);
    EXPECT_EQ(loaded.model->row(ItemKey{2}), 1u);
    EXPECT_EQ(store().current().value(), "v1");
}

TEST_F(ModelStore, refuses_a_version_twice_and_names_that_lead_elsewhere) {
    publish("v1", 1);
    EXPECT_EQ(store().publish(manifest("v1", 2), model_bytes(2)).error().code, ErrorCode::conflict);
    for (const std::string name : {"", "..", ".hidden", "a/b", "current", "a b"})
        EXPECT_EQ(store().publish(manifest(name, 2), model_bytes(2)).error().code, ErrorCode::invalid_input) << name;
}

TEST_F(ModelStore, goes_on_after_its_folder_was_cleared_away) {
    Store open = store();
    fs::remove_all(folder_);
    EXPECT_TRUE(open.list().value().empty());
    ASSERT_TRUE(open.publish(manifest("v1", 1), model_bytes(1)));
    EXPECT_EQ(open.current().value(), "v1");
}

TEST_F(ModelStore, refuses_bytes_that_are_no_model_and_leaves_nothing_behind) {
    publish("v1", 1);
    EXPECT_EQ(store().publish(manifest("v2", 2), "garbage").error().code, ErrorCode::corrupt_data);
    EXPECT_EQ(listed(), Names{"v1"});
    EXPECT_EQ(store().current().value(), "v1");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 2);  // v1 and current
}

TEST_F(ModelStore, lists_the_newest_first_and_names_what_is_broken) {
    publish("b", 1);
    publish("a", 3);
    publish("c", 2);
    damage("c", "manifest.json", 0);
    Names broken;
    EXPECT_EQ(listed(&broken), (Names{"a", "b"}));
    EXPECT_EQ(broken, Names{"c"});
}

TEST_F(ModelStore, a_damaged_version_is_refused_with_its_reason_and_the_current_one_stays) {
    publish("v1", 1);
    publish("v2", 2);
    ASSERT_TRUE(store().use("v1"));
    damage("v2", "model.vit", 300);
    const auto used = store().use("v2");
    EXPECT_EQ(used.error().code, ErrorCode::corrupt_data);
    EXPECT_NE(used.error().message.find("checksum"), std::string::npos) << used.error().message;
    EXPECT_EQ(store().current().value(), "v1");
}

TEST_F(ModelStore, a_whole_model_under_another_manifest_is_refused) {
    publish("v1", 1);
    publish("v2", 2);
    fs::copy_file(folder_ + "/v1/model.vit", folder_ + "/v2/model.vit", fs::copy_options::overwrite_existing);
    EXPECT_EQ(store().load("v2").error().code, ErrorCode::corrupt_data);
    fs::copy_file(folder_ + "/v1/manifest.json", folder_ + "/v2/manifest.json", fs::copy_options::overwrite_existing);
    EXPECT_EQ(store().load("v2").error().code, ErrorCode::corrupt_data);
}

TEST_F(ModelStore, rolls_back_past_damaged_versions) {
    publish("v1", 1);
    publish("v2", 2);
    publish("v3", 3);
    damage("v2", "model.vit", 300);
    EXPECT_EQ(store().rollback().value().manifest.version, "v1");
    EXPECT_EQ(store().current().value(), "v1");
    EXPECT_EQ(store().rollback().error().code, ErrorCode::conflict);
    EXPECT_EQ(store().current().value(), "v1");
}

TEST_F(ModelStore, rolls_back_from_a_current_version_that_cannot_be_read) {
    publish("v1", 1);
    publish("v2", 2);
    damage("v2", "manifest.json", 0);
    EXPECT_EQ(store().rollback().value().manifest.version, "v1");
}

TEST_F(ModelStore, prunes_all_but_the_newest_and_the_current_one) {
    for (TimeMs age = 1; age <= 5; ++age) publish("v" + std::to_string(age), age);
    ASSERT_TRUE(store().use("v2"));
    ASSERT_TRUE(store().prune(2));
    EXPECT_EQ(listed(), (Names{"v5", "v4", "v2"}));
}

TEST_F(ModelStore, removes_a_version_that_cannot_be_read_and_takes_it_again) {
    publish("v1", 1);
    fs::resize_file(folder_ + "/v1/model.vit", 10);
    ASSERT_FALSE(store().load("v1"));
    ASSERT_TRUE(store().remove("v1"));
    EXPECT_TRUE(store().remove("v1")) << "none there";
    EXPECT_EQ(store().remove("../v1").error().code, ErrorCode::invalid_input);
    publish("v1", 1);
    EXPECT_TRUE(store().load("v1"));
}

TEST_F(ModelStore, an_open_model_outlives_its_file) {
    publish("v1", 1);
    const auto model = store().load("v1").value().model;
    publish("v2", 2);
    ASSERT_TRUE(store().prune(1));
    EXPECT_EQ(listed(), Names{"v2"});
    EXPECT_EQ(model->section<float>("popular.score")[1], 2.0f);
}

TEST_F(ModelStore, what_a_crash_left_unfinished_is_not_a_version_and_is_cleared_by_the_next) {
    fs::create_directory(folder_ + "/.unfinished-v1");
    EXPECT_TRUE(listed().empty());
    publish("v1", 1);
    EXPECT_EQ(listed(), Names{"v1"});
    EXPECT_FALSE(fs::exists(folder_ + "/.unfinished-v1"));
}

TEST_F(ModelStore, a_current_file_of_nonsense_is_told_as_such) {
    publish("v1", 1);
    std::ofstream(folder_ + "/current") << "../../etc";
    EXPECT_EQ(store().current().error().code, ErrorCode::corrupt_data);
    ASSERT_TRUE(store().use("v1"));
    EXPECT_EQ(store().current().value(), "v1");
}

TEST(Manifest, survives_json_and_refuses_what_is_none) {
    Manifest manifest;
    manifest.version = "v\"1";
    manifest.train_seconds = 0.1;
    manifest.trained_at = -5;
    manifest.events = ~std::uint64_t{0};
    manifest.rankers = {{.task = "home",
                         .stack = true,
                         .reason = "gains",
                         .questions = 800,
                         .trees = 75,
                         .depth = 4,
                         .objective = 0.3,
                         .blend_objective = 0.2,
                         .gain = 0.1,
                         .standard_error = 0.01},
                        {.task = "cart", .reason = "fewer than 200 questions to learn from"}};
    EXPECT_EQ(manifest_from_json(to_json(manifest)).value(), manifest);
    for (const std::string text :
         {"", "{", "[]", "{\"no_such_field\": 1}", "{\"seed\": -1}", "\xff\xfe", "{\"version\": 7}x"})
        EXPECT_EQ(manifest_from_json(text).error().code, ErrorCode::corrupt_data) << text;
}

}  // namespace
}  // namespace vitrina::model

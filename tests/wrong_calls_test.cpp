// Calls of the binary that make no sense as they were typed, and folders that are no data folders: the exit status says whose
// fault it is, the message names the culprit and the remedy, and nothing is made on the way.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/process.hpp"

namespace vitrina::tests {

namespace {

using testing::AllOf;
using testing::HasSubstr;

using Call = std::vector<std::string>;

}  // namespace

TEST(WrongCall, names_the_command_or_the_option_that_nobody_knows) {
    const auto message = [](const Call& call) {
        const Finished refused = run_vitrina(call);
        EXPECT_EQ(refused.status, 2) << refused.err;
        EXPECT_TRUE(refused.out.empty()) << refused.out;
        return refused.err;
    };
    EXPECT_THAT(message({"bogus"}), AllOf(HasSubstr("\"bogus\""), HasSubstr("vitrina --help")));
    EXPECT_THAT(message({"trian"}), HasSubstr("did you mean \"train\"?"));
    EXPECT_THAT(message({"train", "--bogus"}), AllOf(HasSubstr("--bogus"), HasSubstr("vitrina train --help")));
    EXPECT_THAT(message({"recommend", "--data", "x", "--vistor", "v"}), HasSubstr("did you mean \"--visitor\"?"));
    EXPECT_THAT(message({"train"}), AllOf(HasSubstr("--data is required"), HasSubstr("vitrina train --help")));
    EXPECT_THAT(message({"--bogus"}), HasSubstr("--bogus"));
    EXPECT_THAT(message({"models", "--data", "x", "rollback", "v1"}), HasSubstr("takes no VERSION"));
}

TEST(WrongCall, is_status_2_before_anything_is_opened) {
    const TemporaryFolder folder;
    const std::string nowhere = folder.path("nowhere");
    const std::vector<Call> calls{{"evaluate", "--data", nowhere, "--split", "foo"},
                                  {"evaluate", "--data", nowhere, "--split", "time:1.5"},
                                  {"evaluate", "--data", nowhere, "--split", "rolling:0x30d"},
                                  {"evaluate", "--data", nowhere, "--split", "time:"},
                                  {"evaluate", "--data", nowhere, "--horizon", "0d"},
                                  {"evaluate", "--data", nowhere, "--horizon", "-3d"},
                                  {"evaluate", "--data", nowhere, "--horizon", "9999d"},
                                  {"evaluate", "--data", nowhere, "--at", "0"},
                                  {"evaluate", "--data", nowhere, "--at", "10,x"},
                                  {"evaluate", "--data", nowhere, "--seed", "-1"},
                                  {"evaluate", "--data", nowhere, "--task", "homme"},
                                  {"evaluate", "--data", nowhere, "--valid", "f"},
                                  {"evaluate", "--interactions", nowhere, "--shape", "sessions", "--split", "time:0.2"},
                                  {"recommend", "--data", nowhere, "--size", "0"},
                                  {"recommend", "--data", ""},
                                  {"recommend", "--data", nowhere, "--visitor", "\xff"},
                                  {"recommend", "--data", nowhere, "--user", "a\nb"},
                                  {"recommend", "--data", nowhere, "--item", "\xc3"},
                                  {"recommend", "--data", nowhere, "--cart", "mug,\xff"},
                                  {"recommend", "--data", nowhere, "--exclude", "\xff"},
                                  {"recommend", "--data", nowhere, "--placement", "\xff"},
                                  {"train", "--data", ""},
                                  {"evaluate", "--data", ""},
                                  {"serve", "--data", ""},
                                  {"export", "--data", nowhere, "--visitor", ""},
                                  {"export", "--data", nowhere, "--visitor", "\xff"},
                                  {"serve", "--data", nowhere, "--listen", "bad"},
                                  {"serve", "--data", nowhere, "--listen", "127.0.0.1:99999"},
                                  {"import", "--data", nowhere, "--as", "events", "--columns", "a=b", "-"},
                                  {"import", "--data", nowhere, "--columns", "nonsense", "-"},
                                  {"import", "--data", nowhere, "--encoding", "ebcdic", "-"}};
    for (const Call& call : calls) EXPECT_EQ(run_vitrina(call).status, 2) << testing::PrintToString(call);
    EXPECT_FALSE(std::filesystem::exists(nowhere));
}

TEST(WrongCall, says_how_to_make_a_first_model) {
    const TemporaryFolder folder;
    const std::string event =
        R"({"event":"view_item","time":"2026-01-08T10:00:00Z","visitor_id":"v","items":[{"item_id":"mug"}]})";
    ASSERT_EQ(
        run_vitrina({"import", "--data", folder.path("shop"), "--as", "events", "--format", "jsonl", "-"}, event + "\n")
            .status,
        0);
    const Finished refused = run_vitrina({"models", "--data", folder.path("shop"), "show"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("no model yet"), HasSubstr("vitrina train")));
}

TEST(WrongCall, a_folder_without_a_shop_is_the_inputs_fault_and_stays_as_it_is) {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path("plain"));
    folder.write("file", "");
    for (const Call& command : std::vector<Call>{
             {"doctor"}, {"evaluate"}, {"export", "--visitor", "v"}, {"models"}, {"recommend"}, {"train"}})
        for (const std::string name : {"nowhere", "plain", "file"}) {
            Call call = command;
            call.insert(call.end(), {"--data", folder.path(name)});
            const Finished refused = run_vitrina(call);
            EXPECT_EQ(refused.status, 1) << testing::PrintToString(call);
            EXPECT_THAT(refused.err, AllOf(HasSubstr(folder.path(name)), HasSubstr("vitrina import")));
        }
    EXPECT_FALSE(std::filesystem::exists(folder.path("nowhere")));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path("plain")));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path("file")));
}

}  // namespace vitrina::tests

// Commands beside a running `vitrina serve`: they work through the socket in the data folder and say what they say without it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/process.hpp"

namespace vitrina::tests {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

const std::string columns =
    "order_id=order,item_id=item,title=title,quantity=quantity,time=time,price=price,customer_id=customer";

std::string orders(int first, int count) {
    std::string text = "order,item,title,quantity,time,price,customer\n";
    for (int order = first; order < first + count; ++order)
        for (int line = 0; line < 3; ++line) {
            const std::string item = std::to_string((order * 7 + line * line) % 12);
            text += "o" + std::to_string(order) + ",i" + item + ",Thing " + item + "," + std::to_string(1 + line) +
                    ",2026-01-" + (order % 28 < 9 ? "0" : "") + std::to_string(1 + order % 28) + " 10:00:00,4.50,c" +
                    std::to_string(order % 17) + "\n";
        }
    return text;
}

std::string view(const std::string& visitor, int number) {
    return R"({"event":"view_item","event_id":"e)" + std::to_string(number) +
           R"(","time":"2026-02-01T10:00:00Z","visitor_id":")" + visitor + R"(","items":[{"item_id":"i1"}]})" + "\n";
}

class Owner : public testing::Test {
protected:
    // Orders and a model; the twin is its copy.
    void SetUp() override {
        const std::string file = folder_.write("orders.csv", orders(0, 120));
        ASSERT_EQ(run_vitrina({"import", "--data", shop(), "--columns", columns, file}).status, 0);
        ASSERT_EQ(run_vitrina({"train", "--data", shop()}).status, 0);
        std::filesystem::copy(shop(), twin(), std::filesystem::copy_options::recursive);
    }
    std::string shop() const { return folder_.path("shop"); }
    std::string twin() const { return folder_.path("twin"); }

    void serve() {
        server_ =
            std::make_unique<Started>(std::vector<std::string>{"serve", "--data", shop(), "--listen", "127.0.0.1:0"});
        ASSERT_THAT(server_->line_with("Listening"), HasSubstr("http://"));
    }
    static Finished run(const std::string& data, std::vector<std::string> command, const std::string& input = "") {
        command.insert(command.begin() + 1, {"--data", data});
        return run_vitrina(command, input);
    }
    void expect_the_same(const std::vector<std::string>& command) const {
        const Finished beside = run(shop(), command), alone = run(twin(), command);
        EXPECT_EQ(beside.status, alone.status) << command[0] << ": " << beside.err;
        EXPECT_EQ(beside.out, alone.out) << command[0];
        EXPECT_EQ(beside.err, alone.err) << command[0];
    }
    // An import that has sent a batch (of two thousand) and waits for more; the last one is not sent before it ends.
    std::unique_ptr<Started> import_under_way() const {
        auto import = std::make_unique<Started>(
            std::vector<std::string>{"import", "--data", shop(), "--as", "events", "--format", "jsonl", "-"});
        std::string events;
        for (int i = 0; i < 8'001; ++i) events += view("slow", i);
        import->feed(events);
        int tries = 1000;
        while (run(shop(), {"export", "--visitor", "slow"}).status != 0 && --tries > 0) {
        }
        EXPECT_GT(tries, 0) << "nothing of the import has arrived";
        return import;
    }

    TemporaryFolder folder_;
    std::unique_ptr<Started> server_;
};

TEST_F(Owner, says_beside_a_server_what_it_says_alone) {
    serve();
    expect_the_same({"models"});
    expect_the_same({"models", "show"});
    expect_the_same({"models", "list", "--json"});
    expect_the_same({"recommend", "--placement", "cart", "--cart", "i1,i2", "--explain"});
    expect_the_same({"recommend", "--placement", "home", "--visitor", "c3", "--user", "c3", "--json"});
    expect_the_same({"recommend", "--placement", "bestsellers", "--filter",
                     R"({"any":[{"field":"price","gt":4,"lt":5},{"not":{"field":"created_at","gte":"2026-01-05"}}]})"});
    expect_the_same({"recommend", "--placement", "nowhere"});
    expect_the_same({"doctor"});
    expect_the_same({"doctor", "--json"});
    expect_the_same({"export", "--visitor", "c3"});
    expect_the_same({"export", "--visitor", "nobody"});
    expect_the_same({"evaluate", "--split", "time:2026-01-15", "--horizon", "7d", "--task", "cart"});
    expect_the_same({"models", "use", "nothing"});
    expect_the_same({"models", "rollback"});
}

TEST_F(Owner, takes_an_import_as_a_folder_of_ones_own_does) {
    serve();
    const std::string file =
        folder_.write("more.csv", orders(100, 300) + "o9,i1,Thing,1,2026-01-08 10:00:00,\"4,5\",z\n");
    for (int time = 0; time < 2; ++time) {
        auto beside = json::parse(run(shop(), {"import", "--columns", columns, "--json", file}).out);
        auto alone = json::parse(run(twin(), {"import", "--columns", columns, "--json", file}).out);
        beside.erase("seconds");
        alone.erase("seconds");
        EXPECT_EQ(beside, alone);
    }
    expect_the_same({"doctor", "--json"});
    expect_the_same({"export", "--visitor", "c3"});
}

TEST_F(Owner, learns_when_a_command_asks_for_it_and_goes_back) {
    serve();
    const auto before = json::parse(run(shop(), {"models", "list", "--json"}).out);
    // A version is named by the second and its bytes: something new makes them differ.
    ASSERT_EQ(run(shop(), {"import", "--columns", columns, "-"}, orders(500, 9)).status, 0);
    const Finished trained = run(shop(), {"train", "--json"});
    ASSERT_EQ(trained.status, 0) << trained.err;
    const auto after = json::parse(run(shop(), {"models", "list", "--json"}).out);
    EXPECT_EQ(after.at("current"), json::parse(trained.out).at("version"));
    EXPECT_EQ(after.at("models").size(), 2u);
    ASSERT_EQ(run(shop(), {"models", "rollback"}).status, 0);
    EXPECT_EQ(json::parse(run(shop(), {"models", "list", "--json"}).out).at("current"), before.at("current"));
    EXPECT_EQ(run(shop(), {"models", "use", json::parse(trained.out).at("version").get<std::string>()}).status, 0);
}

TEST_F(Owner, lets_nobody_else_in_and_leaves_nothing_behind) {
    serve();
    struct stat status{};
    ASSERT_EQ(::stat((shop() + "/owner.socket").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600u);
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->end().status, 0);
    EXPECT_FALSE(std::filesystem::exists(shop() + "/owner.socket"));
    EXPECT_EQ(run(shop(), {"doctor"}).status, 0);
}

TEST_F(Owner, is_replaced_after_a_kill) {
    serve();
    server_->signal(SIGKILL);
    EXPECT_EQ(server_->end().status, 128 + SIGKILL);
    ASSERT_TRUE(std::filesystem::exists(shop() + "/owner.socket"));
    expect_the_same({"doctor"});
    serve();
    expect_the_same({"models"});
}

TEST_F(Owner, refuses_with_the_process_when_it_answers_no_commands) {
    std::filesystem::create_directories(shop() + "/owner.socket/in_the_way");
    serve();
    const Finished refused = run(shop(), {"doctor"});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, HasSubstr("owner.socket"));
}

TEST_F(Owner, is_not_hurt_by_a_command_that_is_interrupted) {
    serve();
    const auto import = import_under_way();
    import->signal(SIGINT);
    EXPECT_EQ(import->end().status, 128 + SIGINT);
    const Finished kept = run(shop(), {"export", "--visitor", "slow"});
    EXPECT_EQ(kept.status, 0);
    ASSERT_EQ(run(shop(), {"import", "--as", "events", "--format", "jsonl", "-"}, view("next", 1)).status, 0);
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->end().status, 0);
    EXPECT_EQ(run(shop(), {"export", "--visitor", "slow"}).out, kept.out);
}

TEST_F(Owner, ends_and_its_commands_say_so) {
    serve();
    const auto import = import_under_way();
    server_->signal(SIGTERM);
    EXPECT_EQ(server_->end().status, 0);
    const Finished cut = import->end();
    EXPECT_EQ(cut.status, 3);
    EXPECT_THAT(cut.err, AllOf(HasSubstr(shop()), HasSubstr("is gone"), HasSubstr("run the command again")));
    EXPECT_EQ(run(shop(), {"export", "--visitor", "slow"}).status, 0);
}

}  // namespace
}  // namespace vitrina::tests

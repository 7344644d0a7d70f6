#include "stack/pro/http/host_file_tree.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace nut::pro {
namespace {

namespace fs = std::filesystem;
using Path = std::vector<std::string>;

class HostFileTreeTest : public testing::TestWithParam<HostFileTree::Resolution> {
 protected:
  void SetUp() override {
    char name[] = "/tmp/nut-tree-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    top_ = name;
    fs::create_directories(top_ / "www/sub/deep");
    Write("www/hello.txt", "Hello");
    Write("www/sub/inner.css", "body{}");
    Write("www/.hidden", "h");
    Write("outside.txt", "secret");
    fs::create_directories(top_ / "outside");
    Write("outside/file", "secret");
    fs::create_symlink(top_ / "outside.txt", top_ / "www/absolute");
    fs::create_symlink("../outside.txt", top_ / "www/relative");
    fs::create_symlink("../outside", top_ / "www/directory");
    fs::create_symlink("sub/inner.css", top_ / "www/inside");
    fs::create_symlink("loop", top_ / "www/loop");
    auto tree = HostFileTree::Open(top_ / "www", GetParam());
    ASSERT_TRUE(tree);
    tree_ = std::move(*tree);
  }
  void TearDown() override { fs::remove_all(top_); }

  void Write(const std::string& name, const std::string& text) { std::ofstream(top_ / name) << text; }

  Result<std::string> Read(const Path& path) {
    const auto node = tree_->Open(path);
    if (!node) return Fail(node.error());
    std::string text(node->content->size() + 10, '?');
    const auto count = node->content->Read(0, {reinterpret_cast<uint8_t*>(text.data()), text.size()});
    if (!count) return Fail(count.error());
    text.resize(*count);
    return text;
  }

  fs::path top_;
  std::unique_ptr<FileTree> tree_;
};

TEST_P(HostFileTreeTest, ReadsFiles) {
  EXPECT_EQ(Read({"hello.txt"}), "Hello");
  EXPECT_EQ(Read({"sub", "inner.css"}), "body{}");
  const auto node = tree_->Open(Path{"hello.txt"});
  uint8_t bytes[2];
  EXPECT_EQ(node->content->Read(3, bytes), 2u);
  EXPECT_EQ(std::memcmp(bytes, "lo", 2), 0);
  EXPECT_EQ(node->content->Read(5, bytes), 0u);
  EXPECT_EQ(node->content->Read(500, bytes), 0u);
}

TEST_P(HostFileTreeTest, KnowsDirectories) {
  EXPECT_TRUE(tree_->Open(Path{})->is_directory);
  EXPECT_TRUE(tree_->Open(Path{"sub"})->is_directory);
  EXPECT_EQ(tree_->Open(Path{"none"}).error(), Error::kNotFound);
  EXPECT_EQ(tree_->Open(Path{"hello.txt", "x"}).error(), Error::kNotFound);
  EXPECT_EQ(tree_->Open(Path{std::string(5000, 'a')}).error(), Error::kNotFound);
}

TEST_P(HostFileTreeTest, NeverLeavesTheTree) {
  for (const Path& path : {Path{"absolute"}, Path{"relative"}, Path{"directory", "file"}, Path{"loop"}}) {
    EXPECT_EQ(tree_->Open(path).error(), Error::kPermissionDenied) << path[0];
  }
  // Segments like these never come from a UrlPath; even so:
  EXPECT_FALSE(tree_->Open(Path{"..", "outside.txt"}));
  EXPECT_FALSE(tree_->Open(Path{"sub/../../outside.txt"}));
}

TEST_P(HostFileTreeTest, FollowsLinksThatStayInside) {
  const auto text = Read({"inside"});
  if (GetParam() == HostFileTree::Resolution::kWithoutLinks) {
    EXPECT_EQ(text.error(), Error::kPermissionDenied);
  } else if (!text) {
    GTEST_SKIP() << "this kernel has no openat2";
  } else {
    EXPECT_EQ(*text, "body{}");
  }
}

TEST_P(HostFileTreeTest, DoesNotShowDotFiles) {
  EXPECT_EQ(tree_->Open(Path{".hidden"}).error(), Error::kNotFound);
  EXPECT_EQ(tree_->Open(Path{"."}).error(), Error::kNotFound);
}

TEST_P(HostFileTreeTest, RefusesWhatIsNoFile) {
  ASSERT_EQ(mkfifo((top_ / "www/fifo").c_str(), 0644), 0);
  EXPECT_EQ(tree_->Open(Path{"fifo"}).error(), Error::kPermissionDenied);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (top_ / "www/socket").c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(tree_->Open(Path{"socket"}).error(), Error::kPermissionDenied);
  close(listener);
}

TEST_P(HostFileTreeTest, TagsChangeWithTheFile) {
  const std::string before = tree_->Open(Path{"hello.txt"})->etag;
  EXPECT_EQ(tree_->Open(Path{"hello.txt"})->etag, before);
  EXPECT_TRUE(before.starts_with('"') && before.ends_with('"'));
  Write("www/hello.txt", "Hello!");
  EXPECT_NE(tree_->Open(Path{"hello.txt"})->etag, before);
}

TEST_P(HostFileTreeTest, AFileThatBecomesShorterIsAnError) {
  const auto node = tree_->Open(Path{"hello.txt"});
  fs::resize_file(top_ / "www/hello.txt", 2);
  uint8_t bytes[10];
  EXPECT_EQ(node->content->Read(0, bytes), 2u);
  EXPECT_EQ(node->content->Read(2, bytes).error(), Error::kIo);
}

TEST_P(HostFileTreeTest, ListsWhatCanBeServed) {
  auto entries = tree_->List(Path{}, 100);
  ASSERT_TRUE(entries);
  std::ranges::sort(*entries, {}, &DirectoryEntry::name);
  std::vector<std::string> names;
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  std::vector<std::string> expected{"hello.txt", "sub"};
  if (Read({"inside"})) expected.insert(expected.begin() + 1, "inside");
  EXPECT_EQ(names, expected);
  EXPECT_EQ((*entries)[0].size, 5u);
  EXPECT_EQ(tree_->List(Path{}, 1)->size(), 1u);
  EXPECT_EQ(tree_->List(Path{"hello.txt"}, 9).error(), Error::kNotFound);
  EXPECT_TRUE(tree_->List(Path{"sub", "deep"}, 9)->empty());
}

TEST_P(HostFileTreeTest, ClosesEveryDescriptor) {
  const auto open_files = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), {}); };
  const auto before = open_files();
  for (int i = 0; i < 20; ++i) {
    (void)Read({"hello.txt"});
    (void)tree_->Open(Path{"sub"});
    (void)tree_->Open(Path{"absolute"});
    (void)tree_->List(Path{}, 100);
    (void)tree_->List(Path{"hello.txt"}, 100);
  }
  EXPECT_EQ(open_files(), before);
}

INSTANTIATE_TEST_SUITE_P(Both, HostFileTreeTest,
                         testing::Values(HostFileTree::Resolution::kBest,
                                         HostFileTree::Resolution::kWithoutLinks),
                         [](const auto& info) {
                           return info.param == HostFileTree::Resolution::kBest ? "Best" : "WithoutLinks";
                         });

TEST(HostFileTree, SaysWhyADirectoryCannotBeServed) {
  EXPECT_EQ(HostFileTree::Open("/nonexistent/x").error(), Error::kNotFound);
  EXPECT_EQ(HostFileTree::Open("/proc/self/status").error(), Error::kInvalidArgument);
}

}  // namespace
}  // namespace nut::pro

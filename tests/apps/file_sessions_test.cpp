// A client's sessions in a file.
#include "file_sessions.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include <handshake/session_shelf.hpp>
#include <handshake/session_state.hpp>

namespace handfast::app {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Session> of_tls12(uint8_t mark) {
  ClientSession12 kept;
  kept.common.server_name.text = "server.test";
  kept.session_id.bytes.assign(32, mark);
  return std::make_shared<const Session>(std::make_shared<const Session::State>(std::move(kept)));
}

std::shared_ptr<const Session> of_tls13(uint8_t mark) {
  ClientSession13 kept;
  kept.common.psk.bytes.assign(32, mark);
  kept.ticket.bytes.assign(10, mark);
  return std::make_shared<const Session>(std::make_shared<const Session::State>(std::move(kept)));
}

uint8_t mark_of(const std::shared_ptr<const Session>& session) {
  if (!session) return 0;
  const auto* old = session12(*session);
  return old ? old->session_id.bytes.front() : session13(*session)->ticket.bytes.front();
}

class SessionsFile : public testing::Test {
 protected:
  SessionsFile() {
    std::string name = (fs::temp_directory_path() / "handfast-sessions-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    path_ = (folder_ / "sessions").string();
  }
  ~SessionsFile() override { fs::remove_all(folder_); }

  std::shared_ptr<FileSessions> open(size_t servers = 256, size_t bytes = 1 << 20) {
    auto store = FileSessions::open({path_, servers, bytes, [this](const std::string& sentence) { reported_ += sentence + "\n"; }});
    EXPECT_TRUE(store) << (store ? "" : store.error());
    return store ? *store : nullptr;
  }
  std::string refusal() {
    auto store = FileSessions::open({.path = path_});
    return store ? "opened" : store.error();
  }
  Buffer content() {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const Buffer& bytes) {
    std::ofstream(path_, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    fs::permissions(path_, fs::perms::owner_read | fs::perms::owner_write);
  }

  fs::path folder_;
  std::string path_, reported_;
};

TEST_F(SessionsFile, KeepsWhatAStoreInMemoryKeeps) {
  auto store = open();
  EXPECT_FALSE(store->take("a"));
  store->put("a", of_tls12(1));
  EXPECT_EQ(mark_of(store->take("a")), 1);
  EXPECT_EQ(mark_of(open()->take("a")), 1);
  store->put("a", of_tls12(2));
  for (auto mark : std::initializer_list<uint8_t>{3, 4, 5}) store->put("b", of_tls13(mark));
  auto other = open();
  EXPECT_EQ(mark_of(other->take("a")), 2);
  EXPECT_EQ(mark_of(other->take("b")), 5);
  EXPECT_EQ(mark_of(store->take("b")), 4);   // each once, whoever takes it
  EXPECT_EQ(mark_of(other->take("b")), 3);
  EXPECT_FALSE(store->take("b"));
  other->remove("a");
  EXPECT_FALSE(store->take("a"));
  EXPECT_EQ(reported_, "");
}

TEST_F(SessionsFile, IsForItsOwnerAlone) {
  open()->put("a", of_tls12(1));
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (auto mode : {0640, 0604, 0660, 0602, 0777}) {
    ASSERT_EQ(::chmod(path_.c_str(), static_cast<mode_t>(mode)), 0);
    EXPECT_NE(refusal().find("chmod 600"), std::string::npos) << refusal();
  }
  ASSERT_EQ(::chmod(path_.c_str(), 0600), 0);
  EXPECT_EQ(refusal(), "opened");
}

TEST_F(SessionsFile, IsNotUsedWhenItIsSomebodyElses) {
  open()->put("a", of_tls12(1));
  if (::chown(path_.c_str(), 65534, static_cast<gid_t>(-1)) != 0) GTEST_SKIP() << "only root can give a file away";
  EXPECT_NE(refusal().find("another user"), std::string::npos) << refusal();
}

TEST_F(SessionsFile, IsAFile) {
  fs::create_directory(path_);
  EXPECT_NE(refusal().find("no ordinary file"), std::string::npos) << refusal();
  fs::remove(path_);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_NE(refusal().find("no ordinary file"), std::string::npos) << refusal();
  fs::remove(path_);
  path_ = (folder_ / "nowhere/sessions").string();
  EXPECT_NE(refusal().find("No such file"), std::string::npos) << refusal();
}

TEST_F(SessionsFile, SaysThatItIsDamagedAndStaysAsItIs) {
  open()->put("a", of_tls12(1));
  const auto good = content();
  for (size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 1;
    write(bad);
    EXPECT_NE(refusal().find("remove it"), std::string::npos) << i;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    write(Buffer(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_NE(refusal().find("remove it"), std::string::npos) << size;
  }
  write(good);
  auto store = open();
  write({1, 2, 3});
  EXPECT_FALSE(store->take("a"));
  EXPECT_NE(reported_.find("damaged"), std::string::npos) << reported_;
  store->put("a", of_tls12(2));
  EXPECT_EQ(content(), (Buffer{1, 2, 3}));   // it may be another's, named by mistake
}

TEST_F(SessionsFile, IsBounded) {
  auto store = open(2);
  store->put("a", of_tls12(1));
  store->put("b", of_tls12(2));
  store->put("c", of_tls12(3));
  EXPECT_FALSE(store->take("a"));
  EXPECT_EQ(mark_of(store->take("b")), 2);
  for (uint8_t mark = 1; mark <= 20; ++mark) store->put("c", of_tls13(mark));
  for (uint8_t mark = 20; mark > 12; --mark) EXPECT_EQ(mark_of(store->take("c")), mark);
  EXPECT_FALSE(store->take("c"));

  fs::remove(path_);
  auto small = open(256, 1000);
  for (uint8_t mark = 1; mark <= 50; ++mark) {
    small->put("server " + std::to_string(mark), of_tls12(mark));
    EXPECT_LE(content().size(), 1000u);
  }
  EXPECT_EQ(mark_of(small->take("server 50")), 50);
  EXPECT_FALSE(small->take("server 1"));
  EXPECT_EQ(reported_, "");
}

// A session of TLS 1.3 that stays in the file could be shown twice.
TEST_F(SessionsFile, GivesNoSessionThatItCannotTakeOut) {
  auto store = open();
  store->put("a", of_tls13(1));
  store->put("b", of_tls12(2));
  if (::geteuid() == 0) {   // root may write anywhere: a folder that is gone stops it too
    fs::rename(folder_, folder_.string() + "-gone");
    EXPECT_FALSE(store->take("a"));
    fs::rename(folder_.string() + "-gone", folder_);
  } else {
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_FALSE(store->take("a"));
    EXPECT_EQ(mark_of(store->take("b")), 2);
    fs::permissions(folder_, fs::perms::owner_all);
  }
  EXPECT_NE(reported_, "");
  EXPECT_EQ(mark_of(store->take("a")), 1);
}

TEST_F(SessionsFile, ServesManyThreadsAndProcesses) {
  constexpr uint8_t workers = 6, each = 7;
  const auto work = [this](uint8_t worker) {
    auto store = FileSessions::open({.path = path_});
    if (!store) return false;
    for (uint8_t i = 1; i <= each; ++i) (*store)->put("server " + std::to_string(worker), of_tls13(i));
    return true;
  };
  std::vector<pid_t> children;
  for (uint8_t worker = 0; worker < workers / 2; ++worker) {
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) ::_exit(work(worker) ? 0 : 1);
    children.push_back(child);
  }
  {
    std::vector<std::jthread> threads;
    for (uint8_t worker = workers / 2; worker < workers; ++worker) threads.emplace_back([&, worker] { EXPECT_TRUE(work(worker)); });
  }
  for (auto child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  auto store = open();
  for (uint8_t worker = 0; worker < workers; ++worker)   // nothing of what anybody has put is lost
    for (uint8_t i = each; i > 0; --i) EXPECT_EQ(mark_of(store->take("server " + std::to_string(worker))), i);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 2);   // it and its lock: no temporary file
}

}  // namespace
}  // namespace handfast::app

// Program: an application's thread on a station: makes one call after the other, and writes down what came of
// each, and when. Several programs of one station may use the same connection. Owned by the stage, which ends
// its thread before it goes.
#pragma once

#include <deque>
#include <memory>
#include <string>

#include "stack/os/event_queue.h"
#include "test/transcripts/station.h"
#include "test/transcripts/words.h"

namespace nut::transcripts {

// In a transcript: the scene has a mistake.
inline constexpr std::string_view kNotUnderstood = "NOT UNDERSTOOD";

class Program {
 public:
  // `name` as it shows in the transcript: "a", "a.reader". Creates the thread.
  Program(os::Executor& executor, Station& station, wire::Ipv4Address other_address, Transcript& transcript,
          std::string name);

  // The call is made when those before it have returned.
  void Queue(Words call);
  // A connection and a listener that it shares with another program, as they are now.
  void Share(const Program& other) { socket_ = other.socket_; }
  const std::string& name() const { return name_; }

 private:
  // What is told of a readiness watch.
  class Watch final : public tcp::ReadinessWatch {
   public:
    explicit Watch(Program& program) : program_(program) {}
    void OnReadiness() override { program_.Tell("is told to look"); }

   private:
    Program& program_;
  };
  struct Socket {
    tcp::ConnectionHandle connection;
    tcp::ListenerHandle listener;
    uint32_t sent = 0, received = 0;  // octets of text: the pattern goes on there
  };

  void Loop();
  void TellWaiting();
  // Each says what came of its calls; `mine`: whether it is one of them.
  std::string Make(const Words& call);
  std::string Opening(const Words& call, bool& mine);
  std::string Sending(const Words& call, bool& mine);
  std::string Receiving(const Words& call, bool& mine);
  std::string Closing(const Words& call, bool& mine);
  std::string Looking(const Words& call, bool& mine);

  std::string Listen(const Words& call);
  std::string Accept(const Words& call);
  std::string Connect(const Words& call, bool wait);
  std::string Wait(const Words& call);
  std::string Set(const Words& call);
  std::string ReceiveAll(const Words& call);
  std::string Read(const Words& call);
  std::string ReadPieces();
  Result<size_t> SendSome(const std::string& verb, std::string_view text);
  std::string Heard(std::string_view text);
  std::string TextAfter(const Words& call, std::string_view word) const;
  static std::string OutcomeOf(const Result<void>& result);
  void Tell(std::string_view what) { transcript_.Add(name_, what); }
  tcp::Engine& tcp() { return station_.tcp(); }

  os::Executor& executor_;
  Station& station_;
  const wire::Ipv4Address other_address_;
  Transcript& transcript_;
  const std::string name_;
  std::shared_ptr<Socket> socket_ = std::make_shared<Socket>();
  Watch watch_{*this};
  std::deque<Words> calls_;
  std::string now_;  // the call that is being made
  bool told_ = false;
  os::EventQueue more_;
};

}  // namespace nut::transcripts

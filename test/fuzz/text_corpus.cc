// The corpus of targets that read what people and programs write: requests, commands, options. The first byte of an input
// says how the rest is cut into pieces.
#include <string_view>

#include "test/fuzz/corpus.h"

namespace nut::fuzz {
namespace {

constexpr std::string_view kTexts[] = {
    "\x07GET / HTTP/1.1\r\nHost: n1\r\n\r\n",
    "\x10GET /api/status.json?x=1 HTTP/1.1\r\nHost: n1:80\r\nAccept: */*\r\n\r\nGET /status/ HTTP/1.0\r\n\r\n",
    "\x05HEAD http://n1/status.css HTTP/1.1\r\nHost: n1\r\nIf-None-Match: W/\"a\", \"b\"\r\nConnection: close\r\n\r\n",
    "\x20GET /status.js HTTP/1.1\r\nHost: n1\r\nRange: bytes=5-17\r\nIf-Range: \"x\"\r\n\r\n",
    "\x03GET / HTTP/1.1\r\nHost: n1\r\nIf-Modified-Since: Fri, 10 Jan 2014 00:00:00 GMT\r\n\r\n",
    "\x03GET / HTTP/1.1\r\nHost: n1\r\nIf-Unmodified-Since: Friday, 10-Jan-14 00:00:00 GMT\r\n\r\n",
    "\x09POST / HTTP/1.1\r\nHost: n1\r\nContent-Length: 5\r\n\r\nabcdeGET / HTTP/1.1\r\n\r\n",
    "\x08POST / HTTP/1.1\r\nHost: n1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n",
    "\x04GET /%2e%2e/%2E./a%00b%zz%4 HTTP/1.1\r\nHost: n1\r\n\r\n",
    "\x06OPTIONS * HTTP/1.1\r\nHost: n1\r\nExpect: 100-continue\r\nContent-Length: 18446744073709551616\r\n\r\n",
    "\x01GET / HTTP/2.0\r\n\r\n",
    "\x0bhelp\r\nsockets tcp\r\ns\r\nthreads\r\nlog\r\ncounters Tcp\r\nquit\r\n",
    "\x02\xff\xfd\x01\xff\xfb\x03\xff\xfa\x18\x01\xff\xf0\xff\xf6" "arp\x7f\x08\x15timers\r\0memory\r\n\x04",
    "\x06# a node\nname = n1\naddress=198.19.0.10/24 # here\n loss = 1% \nuserns\n",
    "\x01" "20ms\n1.5s\n250us+-10us\n10min\n1%,30%\n64KiB\n1mbit\nyes\n12345\n",
    "\x01info,tcp=trace,arp=debug\n198.19.0.10/24\n02:00:00:00:00:01\n198.19.0.1\n0x7fffffffffffffff\n1e308ms\n",
    "\x01" "drop in tcp syn from 198.19.0.0/24 port 1024-65535 to any port 23\nreject out udp to 10.0.0.1 port 53\n"
    "accept icmp type 8\ndrop protocol 89\naccept igmp from any\n",
    "\x01Fri, 10 Jan 2014 00:00:00 GMT\nFriday, 10-Jan-14 00:00:00 GMT\nFri Jan 10 00:00:00 2014\nbytes=0-\nbytes=-5\n",
};

}  // namespace

Corpus MakeCorpus() {
  Corpus corpus{.samples = {}, .mutations = 300, .random_inputs = 3000};
  for (const std::string_view text : kTexts) corpus.samples.emplace_back(text.begin(), text.end());
  return corpus;
}

}  // namespace nut::fuzz

// HttpOptions: what can be chosen about the HTTP server, and every limit it keeps. A plain value.
#pragma once

#include <cstddef>
#include <string>

#include "stack/base/time.h"
#include "stack/pro/inspect/json.h"

namespace nut::pro {

struct HttpOptions {
  // A directory of the host whose files are served at "/"; the status page moves to "/status/" then. Empty:
  // none.
  std::string www;
  // The product in the Server field (RFC 9110 10.2.4).
  std::string server = "Ethernut/5.2.4.0 (Linux)";

  size_t maximum_request_header = 8192;     // bytes, request line and fields together
  size_t maximum_fields = 100;              // header fields of a request
  size_t maximum_request_body = 65536;      // bytes; a GET has none as a rule, and what comes is thrown away
  size_t maximum_requests = 10000;          // on one connection
  size_t maximum_directory_entries = 5000;  // shown in a listing
  size_t small_file = 65536;                // bytes; up to it a file is read as a whole…
  Duration file_lifetime = 100ms;           // …and answers the same request for so long
  size_t file_chunk = 32768;                // bytes of a file in memory at a time
  Duration header_timeout = 10s;            // from the first byte of a request to the end of its header
  Duration body_timeout = 20s;              // of its body
  Duration keep_alive_timeout = 30s;        // from an answer to the first byte of the next request
  Duration write_timeout = 60s;             // for each chunk of an answer
  size_t kept_sessions = 16;       // with their buffers, for further turns; more only while they talk
  size_t remembered_answers = 16;  // AnswerMemory; 0: each request is answered anew
  size_t longest_remembered_request = 2048;  // bytes of its header
  Duration status_lifetime = 200ms;          // how long one status document answers further requests
  StatusLimits status;
};

}  // namespace nut::pro

// Service: something a node offers under a name, such as "echo" or "httpd". Owned by the node, ended before
// the stack is.
#pragma once

#include "stack/base/result.h"

namespace nut::pro {

class Service {
 public:
  virtual ~Service() = default;

  // Opens its ports and starts its threads. kAddressInUse and the like; after a failure nothing is left open.
  virtual Result<void> Start() = 0;

  // Closes its ports and connections and waits, a limited time, until its threads are gone. Harmless when
  // repeated.
  virtual void Stop() = 0;
};

}  // namespace nut::pro

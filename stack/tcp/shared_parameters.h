// SharedParameters: parameters that many connections have in common: a listener's, an engine's. Copying shares
// them; who changes some gets a copy of his own first. A value; any thread of the node (they are cooperative, so
// the count is an ordinary number).
#pragma once

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "stack/tcp/parameters.h"

namespace nut::tcp {

class SharedParameters {
 public:
  // A copy of `parameters`, shared by nobody yet.
  SharedParameters(const Parameters& parameters)  // NOLINT(google-explicit-constructor): a value like another
      : held_(new Held(parameters)) {}
  SharedParameters() : SharedParameters(Parameters{}) {}

  const Parameters& operator*() const { return held_->value; }
  const Parameters* operator->() const { return &held_->value; }

  // To be changed by this holder alone; good until the next copy.
  Parameters& Own() {
    if (held_->use_count() > 1) held_ = new Held(held_->value);
    return held_->value;
  }

 private:
  struct Held : boost::intrusive_ref_counter<Held, boost::thread_unsafe_counter> {
    explicit Held(const Parameters& parameters) : value(parameters) {}
    Parameters value;
  };

  boost::intrusive_ptr<Held> held_;
};

}  // namespace nut::tcp

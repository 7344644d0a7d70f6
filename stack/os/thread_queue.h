// A list of threads: the ready ones of one priority, or those that wait for one event. A thread is in at most
// one such list, and the link is part of the thread, so that queueing never allocates. Internal to stack/os.
#pragma once

#include <boost/intrusive/list.hpp>

namespace nut::os {

// Auto-unlink: a time-out or Kill takes a thread out of its list without knowing which one that is.
struct ThreadLink
    : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {};

using ThreadQueue = boost::intrusive::list<ThreadLink, boost::intrusive::constant_time_size<false>>;

}  // namespace nut::os

"""Who is measured: what each is called, whether it is there, what it can, and how it is started for a mode."""

import os
import re
import resource
import subprocess

from suite import load, namespace, offloads
from suite.namespace import HOST, NODE, NODE_CORE, ip
from suite.process import Failed, Process

TAP = "nut-bench"
# Of nutnode: discard takes the received buffers, discard-copying copies from them first, at the same port here.
HANDING, COPYING = "discard:9", "discard-copying:9"
SERVICES = ("chargen", "daytime", "echo", "httpd", "telnetd")


class Candidate:
    """Something behind a TAP at NODE. A subclass gives the command."""

    def __init__(self, name, program, note=""):
        self.name, self.program, self.note = name, program, note

    def missing(self):
        """Why it cannot be measured here; empty: it can."""
        return "" if os.access(self.program, os.X_OK) else f"{self.program} is not there"

    def can(self, mode):
        return True

    def start(self, mode):
        running = Process([*namespace.pinned(NODE_CORE), self.program, *self.options(mode)])
        return self.settled(running)

    def settled(self, running):
        """With addresses, once it answers: neighbours are resolved then, and are not what is measured."""
        try:
            self.give_address()
            load.wait_for_answer()
        except (subprocess.CalledProcessError, Failed) as error:
            said = self.stop(running)
            raise Failed(f"{error}; it said: {said.strip()[-200:] or 'nothing'}") from error
        return running

    def give_address(self):
        ip("addr", "add", f"{HOST}/24", "dev", TAP)
        ip("link", "set", TAP, "up")
        namespace.give_sources(TAP)

    def stop(self, running):
        return running.stop()

    def resident_kib(self, running):
        return running.resident_kib()


class Limit(Candidate):
    def options(self, mode):
        options = ["--ip", NODE, "--tap", TAP, "--offload", mode.left_to_device, "--spin", str(mode.spin_us)]
        if not mode.offload:
            options += ["--window", "1400000"]  # near the device's queue of 1000 frames, beyond which it drops
        if mode.copies:
            options += ["--copy"]
        if mode.opener:
            options += ["--open", str(mode.opener), "--target", HOST, "--seconds", str(mode.seconds)]
        return options


class NutOpener(Candidate):
    """The node's stack with clients in it: nutnode itself only serves."""

    def options(self, mode):
        return ["--ip", NODE, "--tap", TAP, "--offload", mode.left_to_device, "--spin", str(mode.spin_us),
                "--open", str(mode.opener), "--target", HOST, "--seconds", str(mode.seconds)]


class NutNode(Candidate):
    def __init__(self, name, program, www, extra, opener=""):
        super().__init__(name, program)
        self.opener, self.www, self.extra = NutOpener(name, opener), www, list(extra)
        self.offered = ""

    def offers(self, option):
        if not self.offered:
            self.offered = subprocess.run([self.program, "--help-all"], capture_output=True, text=True).stdout
        return re.search(rf"(^|\s){re.escape(option)}\b", self.offered) is not None

    def start(self, mode):
        return self.opener.start(mode) if mode.opener else super().start(mode)

    def can(self, mode):
        if mode.opener:
            return not self.opener.missing()
        wanted = [(not mode.offload, "--offload"), (mode.spins or mode.spin_us == 0, "--spin")]
        return all(self.offers(option) for needed, option in wanted if needed)

    def options(self, mode):
        options = ["--ip", f"{NODE}/24", "--tap", TAP, "--log", "warning", "--www", self.www]
        if self.offers("--offload"):
            options += ["--offload", mode.left_to_device]
        if self.offers("--spin"):
            options += ["--spin", f"{mode.spin_us}us"]
        for service in (*SERVICES, COPYING if mode.copies else HANDING):
            options += ["--app", service]
        return [*options, *self.extra]

    def give_address(self):
        namespace.give_sources(TAP)  # the rest it does itself


class Peer(Candidate):
    """A peer program that takes the address and the interface: it always sleeps at once."""

    def __init__(self, name, program, offload, note="", options=()):
        super().__init__(name, program, note)
        self.offload, self.more = offload, list(options)

    def can(self, mode):
        # lwIP walks a list of its connections for every segment: beside 100,000 a measure would take an hour.
        if not self.offload and mode.idle > 20_000:
            return False
        return not mode.opener and not mode.spins and mode.copies and (self.offload or not mode.needs)

    def options(self, mode):
        return [*self.more, *(["--offload"] if mode.offload and self.offload else []), TAP, NODE]


class TwoCorePeer(Peer):
    """The same, pinned nowhere."""

    def start(self, mode):
        return self.settled(Process([self.program, *self.options(mode)]))


class Kernel(Candidate):
    """The kernel's own stack, in a network namespace behind a veth pair."""

    def can(self, mode):
        # Each of its connections is a descriptor of the server.
        return mode.idle < resource.getrlimit(resource.RLIMIT_NOFILE)[1] and not mode.opener and not mode.spins and mode.copies

    def start(self, mode):
        return self.settled(Process([*namespace.pinned(NODE_CORE), "unshare", "-n", self.program, "1200"]), mode)

    def settled(self, running, mode):
        inside = namespace.enter(running.pid)
        ip("link", "add", TAP, "type", "veth", "peer", "name", "inner", "netns", str(running.pid))
        namespace.settle(inside)
        offloads.switch(TAP, mode.offload)
        subprocess.run([*inside, "python3", "-B", offloads.__file__, "inner", "on" if mode.offload else "off"], check=True)
        ip("addr", "add", f"{NODE}/24", "dev", "inner", inside=inside)
        ip("link", "set", "inner", "up", inside=inside)
        return super().settled(running)

    def stop(self, running):
        said = running.stop()
        # With its namespace the pair goes too, but not at once.
        subprocess.run(["ip", "link", "del", TAP], capture_output=True)
        return said

    def resident_kib(self, running):
        # Both ends' sockets are the kernel's; half of what its slabs grow by is this end's.
        return int(re.search(r"^Slab:\s+(\d+)", open("/proc/meminfo").read(), re.M)[1]) // 2


def table(programs, www, extra):
    """All candidates, in the order of the report's columns."""
    return [
        Limit("limit", programs["limit"]),
        NutNode("nutnode", programs["nutnode"], www, extra, programs["node_opener"]),
        Peer("lwIP", programs["lwip_node"], offload=False, note="liblwip 2.1.3 as Debian packages it"),
        Peer("gVisor", programs["gvisor_node"], offload=True, note="one core", options=["--threads", "1"]),
        TwoCorePeer("gVisor-2", programs["gvisor_node"], offload=True, note="two cores, the load's too", options=["--threads", "2"]),
        Kernel("kernel over veth", programs["kernel_peer"]),
    ]

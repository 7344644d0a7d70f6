"""What is measured: each measure starts a candidate, drives it, and gives readings; each reading is a row."""

import dataclasses
import json
import signal
import time

from suite import load, namespace
from suite.mode import ORDINARY, Mode
from suite.process import Failed, Process
from suite.row import Row

GIGABYTE = 1e9
SLOWEST = 3000  # connections a second: so that many clients have the time to be answered once


@dataclasses.dataclass(frozen=True)
class Measure:
    """`drive(context, candidate, running)` gives {row's key: value}, and remarks in context.remark()."""
    rows: tuple
    mode: Mode
    drive: object
    once: bool = False  # not repeated: it is long, or always the same

    def title(self):
        return self.rows[0].title


@dataclasses.dataclass
class Context:
    programs: dict
    seconds: float
    quick: bool
    remarks: list = dataclasses.field(default_factory=list)

    def remark(self, text):
        self.remarks.append(text)

    def load(self, *arguments):
        """The load's figures; retransmissions and connections that failed become remarks."""
        result = load.run(self.programs["load"], *arguments)
        for what in ("failed", "stalled", "lost"):
            if result.get(what):
                self.remark(f"{result[what]:,} {what}")
        if result.get("retransmissions") and arguments[0] in ("bulk-in", "bulk-out", "connections"):
            self.remark(f"{result['retransmissions']:,} segments sent again")
        return result


def bulk(key, title, kind, mode):
    def drive(context, _, running):
        before = running.cpu_seconds()
        result = context.load(kind, context.seconds)
        spent = running.cpu_seconds() - before
        return {key: result["rate"] * 8e-9, f"{key}-cpu": spent / (result["octets"] / GIGABYTE)}
    return Measure((Row(key, title, "Gbit/s"), Row(f"{key}-cpu", f"{title}: processor time", "CPU s/GB", more=False)), mode, drive)


def connections(key, title, clients, idle=0):
    def drive(context, _, running):
        def ask():
            before = running.cpu_seconds()
            result = context.load("connections", clients, max(context.seconds, clients / SLOWEST))
            return result, running.cpu_seconds() - before
        if idle:
            with load.Idle(context.programs["load"], idle):
                result, spent = ask()
        else:
            result, spent = ask()
        if not result["done"]:
            raise Failed("no connection was answered")
        return {key: result["rate"], f"{key}-failed": result["failed"] + result["stalled"], f"{key}-cpu": spent / result["done"] * 1e6}
    rows = (Row(key, title, "1/s"), Row(f"{key}-failed", f"{title}: failed", "", more=False),
            Row(f"{key}-cpu", f"{title}: processor time each", "µs", more=False))
    return Measure(rows, ORDINARY, drive)


def opening(context, candidate, running):
    """The node opens connections to the kernel's echo service on the load's side."""
    server = Process([*namespace.pinned(namespace.LOAD_CORE), context.programs["kernel_peer"]])
    try:
        running.process.send_signal(signal.SIGUSR2)
        running.process.wait(context.seconds + 20)
        result = json.loads(running.stop().splitlines()[-1])
    finally:
        server.stop()
    if result["failed"]:
        context.remark(f"{result['failed']} failed")
    if result.get("out_of_order"):  # only the limit program counts them: a stack puts them in order
        context.remark(f"{result['out_of_order']} segments out of order")
    return {"opened": result["rate"]}


def round_trip(key, title, kind, mode):
    def drive(context, _, running):
        result = context.load(kind, 3000 if context.quick else 20000)
        return {key: result["median_us"], f"{key}-p99": result["p99_us"]}
    return Measure((Row(key, f"{title}, median", "µs", more=False), Row(f"{key}-p99", f"{title}, 99th percentile", "µs", more=False)),
                   mode, drive)


def udp_echo(context, *_):
    return {"udp": context.load("udp-echo", 64, context.seconds)["rate"]}


def http(key, title, *command):
    def drive(context, *_):
        seconds = max(1, round(context.seconds))
        return {key: load.http([word.format(seconds=seconds, count=4000 * seconds) for word in command])}
    return Measure((Row(key, title, "1/s"),), ORDINARY, drive)


def idle_memory(count, key, title):
    """Resident octets an idle connection, and resident in all."""
    def drive(context, candidate, running):
        before = candidate.resident_kib(running)
        with load.Idle(context.programs["load"], count):
            time.sleep(0.5)
            after = candidate.resident_kib(running)
            result = context.load("connections", 32, context.seconds)
        return {key: (after - before) * 1024 / count, f"{key}-resident": after / 1024, f"{key}-rate": result["rate"]}
    rows = (Row(key, title, "octets", more=False), Row(f"{key}-resident", f"resident with {count:,} idle", "MiB", more=False),
            Row(f"{key}-rate", f"short connections beside these {count:,}, 32 clients", "1/s"))
    return Measure(rows, Mode(idle=count), drive, once=True)


def start(_, __, running):
    return {"ready": running.ready_ms}


def rest(context, _, running):
    time.sleep(1.5)  # let the address's announcements pass
    seconds = 2 if context.quick else 5
    wakeups, cpu = running.wakeups(), running.cpu_seconds()
    time.sleep(seconds)
    return {"wakeups": (running.wakeups() - wakeups) / seconds, "idle-cpu": (running.cpu_seconds() - cpu) / seconds * 100}


def table(seconds):
    offload = Mode(needs=True)
    frames = Mode(offload=False)
    sleeping = Mode(spin_us=0)
    spinning = Mode(spins=True)
    return [
        bulk("in", "bulk in, offload", "bulk-in", offload),
        bulk("in-handed", "bulk in, offload, no copy", "bulk-in", Mode(needs=True, copies=False)),
        bulk("out", "bulk out, offload", "bulk-out", offload),
        bulk("in-1500", "bulk in, 1500-octet frames", "bulk-in", frames),
        bulk("out-1500", "bulk out, 1500-octet frames", "bulk-out", frames),
        connections("connections-1", "short connections, 1 client", 1),
        connections("connections-32", "short connections, 32 clients", 32),
        connections("connections-256", "short connections, 256 clients", 256),
        connections("connections-10000", "short connections, 10,000 clients", 10000),
        connections("beside-idle", "short connections beside 10,000 idle, 32 clients", 32, idle=10000),
        Measure((Row("opened", "short connections opened by the node, 32 at a time", "1/s"),),
                Mode(opener=32, seconds=seconds), opening),
        round_trip("tcp-sleeping", "TCP round trip, sleeping", "tcp-rtt", sleeping),
        round_trip("tcp-spinning", "TCP round trip, spinning", "tcp-rtt", spinning),
        round_trip("tcp-both-spinning", "TCP round trip, both ends spinning", "tcp-rtt-spinning", spinning),
        round_trip("icmp-sleeping", "ICMP round trip, sleeping", "icmp-rtt", sleeping),
        round_trip("icmp-spinning", "ICMP round trip, spinning", "icmp-rtt", spinning),
        Measure((Row("udp", "UDP echo, 64 under way", "1/s"),), ORDINARY, udp_echo),
        http("http", "HTTP keep-alive, wrk 64", "wrk", "-t1", "-c64", "-d{seconds}s"),
        http("http-close", "HTTP, one connection each, ab 64", "ab", "-q", "-c64", "-n{count}"),
        idle_memory(10000, "idle", "memory of an idle connection, 10,000 of them"),
        idle_memory(100000, "idle-100000", "memory of an idle connection, 100,000 of them"),
        Measure((Row("ready", "start to READY", "ms", more=False),), ORDINARY, start),
        Measure((Row("wakeups", "wake-ups of an idle node", "1/s", more=False),
                 Row("idle-cpu", "processor of an idle node", "%", more=False)), ORDINARY, rest),
    ]

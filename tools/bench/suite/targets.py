"""The aims of the work on speed, one row each: what is looked at, beside what, and how far it must get."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Target:
    title: str
    key: str
    beside: str = "limit"     # a candidate; "": an absolute value
    aim: float = 1.0          # of the ratio, or of the value
    at_least: bool = True
    other_key: str = ""       # beside another row's figure

    def judge(self, results):
        """(our value, the other's, what is judged, reached: True, False or None when something is missing)"""
        value = results.median(self.key, "nutnode")
        other = results.median(self.other_key or self.key, self.beside) if self.beside else None
        judged = results.ratio(self.key, "nutnode", self.beside, self.other_key) if self.beside else value
        if value is None or judged is None:
            return value, other, judged, None
        return value, other, judged, judged >= self.aim if self.at_least else judged <= self.aim


def most(title, key, aim, beside="limit", other_key=""):
    return Target(title, key, beside, aim, at_least=False, other_key=other_key)


TARGETS = [
    Target("bulk in, offload, ordinary call", "in", aim=0.9),
    Target("bulk in, offload, handed buffers", "in-handed", aim=0.8),
    Target("bulk out, offload", "out", aim=0.9),
    Target("bulk in beside the kernel over veth", "in", beside="kernel over veth"),
    Target("bulk out beside the kernel over veth", "out", beside="kernel over veth"),
    most("processor a gigabyte, in, ordinary", "in-cpu", 1.3),
    most("processor a gigabyte, in, handed", "in-handed-cpu", 1.3),
    most("processor a gigabyte, out", "out-cpu", 1.3),
    Target("bulk in, 1500-octet frames", "in-1500", aim=0.9),
    Target("bulk out, 1500-octet frames", "out-1500", aim=0.9),
    Target("bulk out, 1500-octet frames, beside lwIP", "out-1500", beside="lwIP", aim=1.5),
    Target("connections, 1 client", "connections-1", aim=0.9),
    Target("connections, 32 clients", "connections-32", aim=0.9),
    Target("connections, 256 clients", "connections-256", aim=0.9),
    most("connections, 1 client: failed", "connections-1-failed", 0, ""),
    most("connections, 32 clients: failed", "connections-32-failed", 0, ""),
    most("connections, 256 clients: failed", "connections-256-failed", 0, ""),
    most("10,000 clients at once: failed", "connections-10000-failed", 0, ""),
    Target("beside 10,000 idle, to none idle", "beside-idle", "nutnode", 0.9, other_key="connections-32"),
    Target("as active opener, to serving", "opened", "nutnode", 1.0, other_key="connections-32"),
    most("TCP round trip, sleeping", "tcp-sleeping", 1.1),
    most("TCP round trip, sleeping, 99th percentile", "tcp-sleeping-p99", 1.0),
    most("TCP round trip, spinning", "tcp-spinning", 1.1),
    most("TCP round trip, spinning, 99th percentile", "tcp-spinning-p99", 1.0),
    most("TCP round trip, both ends spinning", "tcp-both-spinning", 1.1),
    Target("UDP echo", "udp", aim=0.95),
    Target("HTTP keep-alive beside lwIP's fixed answer", "http", "lwIP", 1.3),
    Target("HTTP, one connection each", "http-close", aim=0.9),
    most("an idle connection, octets", "idle", 1024, ""),
    most("resident with 100,000 idle, MiB", "idle-100000-resident", 128, ""),
    Target("new ones beside 100,000 idle, to none idle", "idle-100000-rate", "nutnode", 0.9, other_key="connections-32"),
    Target("simulation, short connections a second", "simulated-connections", "", 400_000),
    Target("simulation, virtual bulk, Gbit/s", "simulated-bulk", "", 2),
    most("start to READY, ms", "ready", 30, ""),
    most("idle: wake-ups a second", "wakeups", 1, ""),
    most("idle: processor, %", "idle-cpu", 0, ""),
]

"""Measures a node over a TAP beside the kernel's own stack over a veth pair, interleaved in one run, and prints ratios.

Runs inside a network namespace that tools/bench/run made. Absolute figures of shared machines drift from hour to hour;
the ratio of two neighbours in one run does not, so that is what to quote.
"""

import argparse
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time

NODE, HOST = "198.19.0.10", "198.19.0.1"  # over the TAP, a /25
KERNEL, KERNEL_HOST = "198.19.0.130", "198.19.0.129"  # over the veth pair, the other /25


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)


class KernelPeer:
    """The kernel's stack in a namespace of its own behind a veth pair."""

    name = "kernel over veth"
    address = KERNEL

    def __init__(self, program):
        self.process = subprocess.Popen(["unshare", "-n", program, "1200"], stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()
        pid = str(self.process.pid)
        ip("link", "add", "veth-nut0", "type", "veth", "peer", "name", "veth-nut1", "netns", pid)
        ip("addr", "add", f"{KERNEL_HOST}/25", "dev", "veth-nut0")
        ip("link", "set", "veth-nut0", "up")
        inside = ["nsenter", "-t", pid, "-n", "ip"]
        subprocess.run([*inside, "addr", "add", f"{KERNEL}/25", "dev", "veth-nut1"], check=True)
        subprocess.run([*inside, "link", "set", "veth-nut1", "up"], check=True)

    def memory_kib(self):
        # What the kernel holds for its sockets is not this process's: the sum of its slab and socket pages.
        text = open("/proc/meminfo").read()
        return sum(int(value) for value in re.findall(r"^Slab:\s+(\d+)", text, re.M))

    def stop(self):
        self.process.terminate()
        self.process.wait()


class NutNode:
    """The node under test."""

    name = "nutnode"
    address = NODE

    def __init__(self, program, extra):
        self.process = subprocess.Popen(
            [program, "--ip", f"{NODE}/25", "--log", "warning", *extra],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if line.startswith("READY"):
                return
            print(line, end="", file=sys.stderr)
        raise SystemExit("bench: nutnode did not get ready")

    def memory_kib(self):
        text = open(f"/proc/{self.process.pid}/status").read()
        return int(re.search(r"^VmRSS:\s+(\d+)", text, re.M)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def load(program, peer, *arguments):
    done = subprocess.run([program, peer.address, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        return None, done.stderr.strip()
    return json.loads(done.stdout), ""


def http(peer, command):
    done = subprocess.run([*command, f"http://{peer.address}/hello.txt"], capture_output=True, text=True, timeout=120)
    match = re.search(r"Requests(?:/sec| per second):\s+([\d.]+)", done.stdout)
    errors = re.search(r"Socket errors.*|Non-2xx.*|Failed requests:\s+[1-9].*", done.stdout)
    if not match or errors:
        return None, (errors[0] if errors else done.stderr.strip()[-200:])
    return float(match[1]), ""


def idle_bytes(program, peer, count):
    before = peer.memory_kib()
    holder = subprocess.Popen([program, peer.address, "idle", str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    line = holder.stdout.readline()
    time.sleep(0.5)
    after = peer.memory_kib()
    holder.stdin.close()
    holder.wait(30)
    time.sleep(1)
    if not line:
        return None, holder.stderr.read().strip()
    return (after - before) * 1024 / count, ""


def measures(tools, seconds, www_requests):
    """(name, unit, more is better, function of a peer giving (value, error))"""
    def rate(*arguments, scale=1.0):
        def measure(peer):
            value, error = load(tools["load"], peer, *arguments)
            return (value["rate"] * scale, error) if value else (None, error)
        return measure

    def latency(kind, count, field):
        def measure(peer):
            value, error = load(tools["load"], peer, kind, count)
            return (value[field], error) if value else (None, error)
        return measure

    rows = [
        ("bulk into the server", "Gbit/s", True, rate("bulk-in", seconds, scale=8e-9)),
        ("bulk out of the server", "Gbit/s", True, rate("bulk-out", seconds, scale=8e-9)),
        ("connections, 1 client", "1/s", True, rate("connections", 1, seconds)),
        ("connections, 32 clients", "1/s", True, rate("connections", 32, seconds)),
        ("connections, 256 clients", "1/s", True, rate("connections", 256, seconds)),
        ("TCP round trip, 1 octet, median", "µs", False, latency("tcp-rtt", 5000, "median_us")),
        ("TCP round trip, 1 octet, p99", "µs", False, latency("tcp-rtt", 5000, "p99_us")),
        ("ICMP round trip, median", "µs", False, latency("icmp-rtt", 5000, "median_us")),
        ("UDP echo, 64 under way", "1/s", True, rate("udp-echo", 64, seconds)),
        ("HTTP keep-alive, wrk 64", "1/s", True, lambda peer: http(peer, ["wrk", "-t1", "-c64", f"-d{max(1, int(seconds))}s"])),
        ("HTTP, one connection each, ab 64", "1/s", True, lambda peer: http(peer, ["ab", "-q", "-c64", "-n", str(www_requests)])),
    ]
    return rows


def main():
    parser = argparse.ArgumentParser(prog="tools/bench/run", description=__doc__)
    parser.add_argument("--repeat", type=int, default=3, help="interleaved rounds; medians are printed")
    parser.add_argument("--seconds", type=float, default=2.0, help="length of each rate measurement")
    parser.add_argument("--idle", type=int, default=10000, help="idle connections for the memory figure; 0: none")
    parser.add_argument("--json", metavar="FILE", help="also write every sample there")
    parser.add_argument("--only", metavar="WORD", help="measures whose name contains WORD")
    parser.add_argument("node_options", nargs="*", help="passed to nutnode (behind --)")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    tools = {name: os.path.join(arguments.bin, path) for name, path in (
        ("load", "tools/bench/load"), ("kernel_peer", "tools/bench/kernel_peer"), ("nutnode", "apps/nutnode/nutnode"))}

    site = os.path.join("/tmp", f"nutnet-bench-{os.getpid()}")
    os.mkdir(site)
    with open(os.path.join(site, "hello.txt"), "w") as file:
        file.write("Hello from Nut/Net\n")
    samples = {}
    peers = []
    try:
        peers = [NutNode(tools["nutnode"], ["--www", site, *arguments.node_options]), KernelPeer(tools["kernel_peer"])]
        rows = measures(tools, arguments.seconds, 5000)
        if arguments.idle:
            rows.append((f"memory per idle connection, {arguments.idle} of them", "bytes", False,
                         lambda peer: idle_bytes(tools["load"], peer, arguments.idle)))
        rows = [row for row in rows if not arguments.only or arguments.only in row[0]]
        for turn in range(arguments.repeat):
            for name, unit, _, function in rows:
                if "memory" in name and turn > 0:
                    continue  # a second time it measures what the first left in pools
                for peer in peers:
                    value, error = function(peer)
                    if value is None:
                        print(f"bench: {name}, {peer.name}: {error}", file=sys.stderr)
                    else:
                        samples.setdefault(name, {}).setdefault(peer.name, []).append(value)
    finally:
        for peer in peers:
            peer.stop()
        os.remove(os.path.join(site, "hello.txt"))
        os.rmdir(site)

    print(f"{'':48}{'nutnode':>14}{'kernel, veth':>14}{'ratio':>8}   spread of ours")
    for name, unit, more, _ in rows:
        ours = samples.get(name, {}).get("nutnode", [])
        theirs = samples.get(name, {}).get("kernel over veth", [])
        if not ours or not theirs:
            print(f"{name + ', ' + unit:48}{'failed':>14}")
            continue
        a, b = statistics.median(ours), statistics.median(theirs)
        ratio = a / b if b else float("nan")
        digits = 3 if a < 100 else 0
        print(f"{name + ', ' + unit:48}{a:14,.{digits}f}{b:14,.{digits}f}{ratio:8.2f}   "
              f"{min(ours):,.{digits}f}–{max(ours):,.{digits}f}{'' if more else '   (less is better)'}")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(samples, file, indent=1)


if __name__ == "__main__":
    main()

"""The network namespace that everything runs in, and what is set in it. tools/bench/run has made it."""

import subprocess

HOST, NODE = "198.19.0.1", "198.19.0.10"
IDLE_SOURCES = [f"198.19.0.{200 + i}" for i in range(8)]  # of connections, so that 100,000 find ports
NODE_CORE, LOAD_CORE = "1", "0"

# Time-waits, ports and backlogs of the load's side must not be what is measured, nor what the kernel remembers of the
# candidate before. Congestion control: the first that this kernel and these privileges allow.
SETTINGS = [
    ("net.ipv6.conf.all.disable_ipv6", ("1",)),
    ("net.ipv6.conf.default.disable_ipv6", ("1",)),
    ("net.ipv4.tcp_max_tw_buckets", ("0",)),
    ("net.ipv4.tcp_no_metrics_save", ("1",)),
    ("net.ipv4.tcp_orphan_retries", ("1",)),  # what one candidate left unanswered is not sent again to the next
    ("net.ipv4.tcp_fin_timeout", ("5",)),
    ("net.ipv4.ip_local_port_range", ("1024 65535",)),
    ("net.ipv4.tcp_max_syn_backlog", ("65536",)),
    ("net.core.somaxconn", ("65535",)),
    ("net.ipv4.tcp_congestion_control", ("cubic", "reno")),
    ("net.ipv4.tcp_rmem", ("4096 131072 6291456",)),
    ("net.ipv4.tcp_wmem", ("4096 16384 4194304",)),
]


def ip(*arguments, inside=()):
    subprocess.run([*inside, "ip", *arguments], check=True)


def give_sources(interface):
    for address in IDLE_SOURCES:
        ip("addr", "add", f"{address}/24", "dev", interface)


def settle(inside=()):
    """Sets what can be set; says what was taken: {name: value or None}."""
    taken = {}
    for name, choices in SETTINGS:
        taken[name] = next((value for value in choices if subprocess.run(
            [*inside, "sysctl", "-qw", f"{name}={value}"], capture_output=True).returncode == 0), None)
    return taken


def enter(pid):
    return ["nsenter", "-t", str(pid), "-n"]


def pinned(core):
    return ["taskset", "-c", core]

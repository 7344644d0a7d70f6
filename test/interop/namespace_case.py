"""The base of every interop case: insists on a private network namespace, and says visibly what is missing."""

import os
import shutil
import subprocess
import unittest


def _in_private_namespace():
    """Only loopback is there, or what this test itself made: never the machine's own network."""
    links = os.listdir("/sys/class/net") if os.access("/sys/class/net", os.R_OK) else []
    listing = subprocess.run(["ip", "-o", "link"], capture_output=True, text=True).stdout
    names = [line.split(":")[1].strip().split("@")[0] for line in listing.splitlines()]
    del links  # sysfs may still show the outer namespace; ip(8) asks the kernel
    return all(name == "lo" or name.startswith(("nut-", "veth-nut")) for name in names)


class NamespaceCase(unittest.TestCase):
    """Skips where /dev/net/tun cannot be opened or a program in `needs` is missing; fails outside a namespace."""

    needs = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in cls.needs:
            if shutil.which(name) is None:
                raise unittest.SkipTest(f"{name} is not installed (tools/deps test)")
        try:
            os.close(os.open("/dev/net/tun", os.O_RDWR))
        except OSError as error:
            raise unittest.SkipTest(f"/dev/net/tun cannot be opened: {error.strerror}")
        if not _in_private_namespace():
            raise AssertionError("not in a private network namespace; run it with bazel test, or under unshare -rn")


def run(*command, timeout=60, check=True, **kwargs):
    """Runs a client to its end and gives the finished process; its output is in the failure's message."""
    done = subprocess.run(command, capture_output=True, timeout=timeout, **kwargs)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout!r}\n{done.stderr!r}")
    return done

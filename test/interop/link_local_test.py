"""A node that finds its address for itself, on a link where the kernel is the only neighbour."""

from namespace_case import NamespaceCase, run
from node_process import NodeProcess
import report


def received(address):
    """Whether the kernel's ping is answered."""
    return b" 1 received" in run("ping", "-n", "-c", "1", "-W", "2", address, check=False).stdout


class LinkLocal(NamespaceCase):
    needs = ("ip", "ping")

    def test_the_address_is_free_and_the_kernel_reaches_it(self):
        with NodeProcess("--ip", "link-local") as node:
            first = node.fields["ip"]
            self.assertTrue(first.startswith("169.254."), first)
            self.assertTrue(received(first))
        # The kernel has now what the node would like to have.
        with NodeProcess("--ip", "link-local", "--host", first) as node:
            second = node.fields["ip"]
            self.assertTrue(second.startswith("169.254."), second)
            self.assertNotEqual(second, first)
            self.assertTrue(received(second))
            self.assertTrue(any(f"{first} is in use by" in line for line in node.lines), node.lines)


if __name__ == "__main__":
    report.main()

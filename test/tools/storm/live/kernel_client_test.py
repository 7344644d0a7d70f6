"""The kernel's TCP opens connections to a node."""

from storm_case import CONNECTIONS, StormCase
import report


class Storm(StormCase):
    def test_every_connection_is_accounted_for(self):
        result = self.storm("kernel-client", "--connections", str(CONNECTIONS), "--threads", "512", "--seed", "kernel_client")
        self.check_report(result, CONNECTIONS)


if __name__ == "__main__":
    report.main()

"""A node opens connections to the kernel's TCP."""

from storm_case import CONNECTIONS, StormCase
import report


class Storm(StormCase):
    def test_every_connection_is_accounted_for(self):
        result = self.storm("kernel-server", "--connections", str(CONNECTIONS), "--threads", "512", "--seed", "kernel_server")
        self.check_report(result, CONNECTIONS)


if __name__ == "__main__":
    report.main()

"""Two nodes over two TAPs on a bridge."""

from storm_case import CONNECTIONS, StormCase
import report


class Storm(StormCase):
    def test_every_connection_is_accounted_for(self):
        result = self.storm("live", "--connections", str(CONNECTIONS), "--threads", "512", "--seed", "nodes")
        self.check_report(result, CONNECTIONS)


if __name__ == "__main__":
    report.main()

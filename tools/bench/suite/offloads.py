"""Switches what a veth end leaves to the other: checksums, segmentation, coalescing. `python3 offloads.py NAME on|off`
does it in the namespace it is started in (ethtool(8) does the same, but is not everywhere)."""

import array
import fcntl
import socket
import struct
import sys

SIOCETHTOOL = 0x8946
SET_RX_CHECKSUM, SET_TX_CHECKSUM, SET_SCATTER_GATHER, SET_TSO, SET_GSO, SET_GRO = 0x15, 0x17, 0x19, 0x1F, 0x24, 0x2C
ON_ORDER = [SET_RX_CHECKSUM, SET_TX_CHECKSUM, SET_SCATTER_GATHER, SET_TSO, SET_GSO]
OFF_ORDER = [SET_TSO, SET_GSO, SET_GRO, SET_SCATTER_GATHER, SET_TX_CHECKSUM]


def switch(name, on):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for command in ON_ORDER if on else OFF_ORDER:
            value = array.array("I", [command, int(on)])
            request = struct.pack("16sQ8x", name.encode(), value.buffer_info()[0])
            fcntl.ioctl(any_socket, SIOCETHTOOL, request)


if __name__ == "__main__":
    switch(sys.argv[1], sys.argv[2] == "on")

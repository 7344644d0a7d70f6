"""How the two kernels talk: one server for each manner on host B, and a client for it on host A."""

import socket
import struct
import threading
import time

from two_kernels import B

SINK, SOURCE, SLOW, ANSWER, RESET, UNREAD, ECHO, REFUSED = range(7001, 7009)
BULK = 6_000_000


def drain(connection):
    count = 0
    while piece := connection.recv(1 << 17):
        count += len(piece)
    return count


def abort(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def handle(port, connection):
    try:
        answer(port, connection)
    except ConnectionError:
        pass  # some clients go away like that


def answer(port, connection):
    with connection:
        if port == SINK:
            drain(connection)
        elif port == SOURCE:
            connection.sendall(b"s" * BULK)
        elif port == SLOW:
            time.sleep(2.5)
            drain(connection)
        elif port == ANSWER:
            connection.sendall(b"%d" % drain(connection) + b"a" * 300_000)
        elif port == RESET:
            connection.recv(100)
            abort(connection)
        elif port == UNREAD:
            time.sleep(0.1)
        elif port == ECHO:
            while piece := connection.recv(65536):
                connection.sendall(piece)


def serve(ready):
    def listen(port):
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if port == SLOW:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 30_000)
        listener.bind(("0.0.0.0", port))
        listener.listen(100)
        return listener

    def accept(port, listener):
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(port, connection), daemon=True).start()

    listeners = [(port, listen(port)) for port in range(SINK, REFUSED)]
    ready()
    for port, listener in listeners:
        threading.Thread(target=accept, args=(port, listener), daemon=True).start()
    while True:
        time.sleep(60)


def connect(port):
    return socket.create_connection((B, port), timeout=60)


def bulk_out(size=BULK):
    with connect(SINK) as client:
        client.sendall(b"b" * size)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)


def bulk_in():
    with connect(SOURCE) as client:
        assert drain(client) == BULK


def many_short():
    for turn in range(150):
        with connect(ECHO) as client:
            client.sendall(b"number %d" % turn)
            client.recv(100)


def both_at_once():
    with connect(ECHO) as client:
        sending = threading.Thread(target=lambda: client.sendall(b"e" * 2_000_000) or client.shutdown(socket.SHUT_WR))
        sending.start()
        assert drain(client) == 2_000_000
        sending.join()


def slow_reader():
    with connect(SLOW) as client:
        client.sendall(b"w" * 1_000_000)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)


def half_close():
    with connect(ANSWER) as client:
        client.sendall(b"q" * 50_000)
        client.shutdown(socket.SHUT_WR)
        assert drain(client) > 300_000


def reset_by_client():
    for _ in range(5):
        client = connect(SINK)
        client.sendall(b"r" * 5_000)
        time.sleep(0.02)
        abort(client)


def reset_by_server():
    for _ in range(5):
        with connect(RESET) as client:
            client.sendall(b"r" * 50)
            try:
                drain(client)
            except ConnectionResetError:
                pass


def closed_with_unread_text():
    with connect(UNREAD) as client:
        try:
            client.sendall(b"u" * 100_000)
            time.sleep(0.3)
            client.sendall(b"u" * 1_000)
            drain(client)
        except OSError:
            pass


def refused():
    for _ in range(3):
        try:
            connect(REFUSED).close()
        except ConnectionRefusedError:
            pass


def small_pieces():
    with connect(ECHO) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for turn in range(200):
            client.sendall(b"%03d" % turn)
            if turn % 10 == 0:
                time.sleep(0.01)
        client.shutdown(socket.SHUT_WR)
        drain(client)


def same_port_again():
    for _ in range(4):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        client.bind(("0.0.0.0", 40123))
        client.connect((B, RESET))
        client.sendall(b"again")
        try:
            drain(client)
        except ConnectionResetError:
            pass
        client.close()


ALL = [bulk_out, bulk_in, many_short, both_at_once, slow_reader, half_close, reset_by_client, reset_by_server,
       closed_with_unread_text, refused, small_pieces, same_port_again]

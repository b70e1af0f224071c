"""HTTP as bytes on a socket: a test sees exactly what was sent."""

import socket
from dataclasses import dataclass

import program


@dataclass
class Answer:
    status: int
    headers: dict
    body: str


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=program.TIME)


def read_to_end(connection):
    """All that still comes. A reset counts as an end."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def ask(port, path, method="GET", more=""):
    request = f"{method} {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}\r\n"
    with connect(port) as connection:
        connection.sendall(request.encode())
        return parse(read_to_end(connection))


def parse(answer):
    head, _, body = answer.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (l.partition(": ") for l in lines)}
    return Answer(int(first.split(" ")[1]), headers, body)

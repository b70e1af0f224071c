"""Frames as docs/formats/frame.md draws them: a second writer, to hold ours to."""

import struct

MAGIC, VERSION, MESSAGE, HEADER_BYTES = b"UshF", 1, 4, 32


def crc_table():
    table = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        table.append(byte)
    return table


TABLE = crc_table()


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def frame(envelope, payload=b"", kind=MESSAGE, request=0):
    checked = struct.pack("<HHIIIQ", VERSION, kind, len(envelope), len(payload), 0, request)
    checksum = struct.pack("<I", crc32c(checked + envelope))
    return MAGIC + checksum + checked + envelope + payload


def receive(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        assert part, f"the connection ended after {len(data)} of {size} bytes"
        data += part
    return data

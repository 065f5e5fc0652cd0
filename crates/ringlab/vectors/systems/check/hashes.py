"""The hash functions of all the systems, over bytes, as they are defined for 32 or 64 bits."""

import struct
import zlib
from hashlib import md5

M32 = 0xFFFFFFFF
M64 = 0xFFFFFFFFFFFFFFFF


def md5_points(data):
    """The four numbers of 32 bits in an MD5 digest, each little-endian."""
    return struct.unpack("<4I", md5(data).digest())


def crc32(data, before=0):
    """IEEE CRC-32; `before` is the result over the bytes that precede these."""
    return zlib.crc32(data, before)


def one_at_a_time(data):
    """Bob Jenkins' byte-wise hash."""
    value = 0
    for byte in data:
        value = (value + byte) & M32
        value = (value + (value << 10)) & M32
        value ^= value >> 6
    value = (value + (value << 3)) & M32
    value ^= value >> 11
    return (value + (value << 15)) & M32


def fnv1a_64_low(data):
    """twemproxy's fnv1a_64: the 64-bit prime and start cut to 32 bits before they are used."""
    value = 0xCBF29CE484222325 & M32
    for byte in data:
        value = ((value ^ byte) * (0x100000001B3 & M32)) & M32
    return value


def sdbm(data):
    value = 0
    for byte in data:
        value = (byte + (value << 6) + (value << 16) - value) & M32
    return value


def djb2(data):
    value = 5381
    for byte in data:
        value = ((value << 5) + value + byte) & M32
    return value


def avalanche(value):
    """HAProxy's `full_hash`: Bob Jenkins' mixing of one 32-bit number, times a prime."""
    value = (value + 0x7ED55D16 + (value << 12)) & M32
    value = (value ^ 0xC761C23C) ^ (value >> 19)
    value = (value + 0x165667B1 + (value << 5)) & M32
    value = ((value + 0xD3A2646C) ^ (value << 9)) & M32
    value = (value + 0xFD7046C5 + (value << 3)) & M32
    return ((value ^ 0xB55A4F09) ^ (value >> 16)) * 3221225473 & M32


def crc16(data):
    """CRC-16/XMODEM, the one of Redis Cluster."""
    value = 0
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1) ^ (0x1021 if value & 0x8000 else 0)
        value &= 0xFFFF
    return value


def rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & M64


P1, P2, P3, P4, P5 = (
    0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)


def xxh64(data, seed=0):
    def round_(lane, word):
        return rotate((lane + word * P2) & M64, 31) * P1 & M64

    at = 0
    if len(data) >= 32:
        lanes = [(seed + P1 + P2) & M64, (seed + P2) & M64, seed, (seed - P1) & M64]
        while at + 32 <= len(data):
            words = struct.unpack_from("<4Q", data, at)
            lanes = [round_(lane, word) for lane, word in zip(lanes, words)]
            at += 32
        value = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & M64
        for lane in lanes:
            value = ((value ^ round_(0, lane)) * P1 + P4) & M64
    else:
        value = (seed + P5) & M64
    value = (value + len(data)) & M64
    while at + 8 <= len(data):
        value ^= round_(0, struct.unpack_from("<Q", data, at)[0])
        value = (rotate(value, 27) * P1 + P4) & M64
        at += 8
    if at + 4 <= len(data):
        value ^= struct.unpack_from("<I", data, at)[0] * P1 & M64
        value = (rotate(value, 23) * P2 + P3) & M64
        at += 4
    for byte in data[at:]:
        value = rotate(value ^ (byte * P5 & M64), 11) * P1 & M64
    value = (value ^ (value >> 33)) * P2 & M64
    value = (value ^ (value >> 29)) * P3 & M64
    return value ^ (value >> 32)


def murmur3_token(data):
    """Cassandra's token: the first half of Murmur3 x64_128, seed 0; the tail's bytes are signed."""
    c1, c2 = 0x87C37B91114253D5, 0x4CF5AD432745937F

    def mix1(word):
        return rotate(word * c1 & M64, 31) * c2 & M64

    def mix2(word):
        return rotate(word * c2 & M64, 33) * c1 & M64

    def finish(value):
        value = (value ^ (value >> 33)) * 0xFF51AFD7ED558CCD & M64
        value = (value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53 & M64
        return value ^ (value >> 33)

    h1 = h2 = 0
    blocks = len(data) // 16 * 16
    for at in range(0, blocks, 16):
        low, high = struct.unpack_from("<2Q", data, at)
        h1 = (rotate(h1 ^ mix1(low), 27) + h2) * 5 + 0x52DCE729 & M64
        h2 = (rotate(h2 ^ mix2(high), 31) + h1) * 5 + 0x38495AB5 & M64
    tail = struct.unpack(f"{len(data) - blocks}b", data[blocks:])
    low = high = 0
    for i, byte in enumerate(tail[:8]):
        low ^= byte << (8 * i) & M64
    for i, byte in enumerate(tail[8:]):
        high ^= byte << (8 * i) & M64
    h1 ^= mix1(low) ^ len(data)
    h2 ^= mix2(high) ^ len(data)
    h1 = (h1 + h2) & M64
    h2 = (h2 + h1) & M64
    h1 = finish(h1)
    h2 = finish(h2)
    token = (h1 + h2) & M64
    token -= (token & 1 << 63) << 1
    return token if token != -(1 << 63) else (1 << 63) - 1

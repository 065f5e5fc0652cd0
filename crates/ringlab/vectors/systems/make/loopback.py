"""Backends that answer each request with their name, and two ways of asking through a proxy."""

import asyncio
import contextlib
import http.client
import socket
import threading

from . import keys

ASKED_AT_ONCE = 100


@contextlib.contextmanager
def backends(nodes, answer):
    """Listens for every node; `answer(reader, name)` reads a request and makes its reply."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers = []
    try:
        for node in nodes:
            listening = listen(node, answer)
            servers.append(asyncio.run_coroutine_threadsafe(listening, loop).result())
        yield
    finally:
        for server in servers:
            loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(cancel_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def listen(node, answer):
    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while reply := await answer(reader, node.name.encode()):
                writer.write(reply)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, node.host, node.port)


async def cancel_all():
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def http_answer(reader, name):
    """Requests have no body, so that the empty line ends them."""
    while (line := await reader.readline()) not in (b"", b"\r\n"):
        pass
    return line and b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(name), name)


async def memcached_answer(reader, name):
    line = await reader.readline()
    asked = line.split()[1:]
    values = b"".join(b"VALUE %s 0 %d\r\n%s\r\n" % (key, len(name), name) for key in asked)
    return line and values + b"END\r\n"


def ask_http(port):
    """The body for every key sent as the header x-key over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    answers = []
    for key in keys.read():
        connection.request("GET", "/", headers={"x-key": key})
        response = connection.getresponse()
        body = response.read().decode()
        if response.status != 200:
            raise SystemExit(f"{key}: status {response.status} from port {port}")
        answers.append(body)
    connection.close()
    return answers


def ask_memcached(port):
    """The value for every key, several `get` on their way at once."""
    asked = keys.read()
    answers = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        replies = connection.makefile("rb")
        for start in range(0, len(asked), ASKED_AT_ONCE):
            batch = asked[start : start + ASKED_AT_ONCE]
            connection.sendall("".join(f"get {key}\r\n" for key in batch).encode())
            for key in batch:
                head = replies.readline().split()
                if len(head) != 4 or head[1].decode() != key:
                    raise SystemExit(f"{key}: {head} from port {port}")
                answers.append(replies.readline().decode().strip())
                replies.readline()
    return answers

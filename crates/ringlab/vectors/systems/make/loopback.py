"""Backends that answer each request with their own port, and the two ways of asking through a proxy."""

import asyncio
import contextlib
import http.client
import socket
import threading

from . import keys

ASKED_AT_ONCE = 100


@contextlib.contextmanager
def backends(nodes, answer):
    """Listens on every node's port; `answer(lines, port)` makes the reply to a request's lines."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    servers = []
    try:
        for node in nodes:
            listening = listen(node.port, answer)
            servers.append(asyncio.run_coroutine_threadsafe(listening, loop).result())
        yield
    finally:
        for server in servers:
            loop.call_soon_threadsafe(server.close)
        asyncio.run_coroutine_threadsafe(cancel_all(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def listen(port, answer):
    async def serve(reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.CancelledError):
            while reply := await answer(reader, port):
                writer.write(reply)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", port)


async def cancel_all():
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def http_answer(reader, port):
    """Requests have no body, so that the empty line ends them."""
    while (line := await reader.readline()) not in (b"", b"\r\n"):
        pass
    body = str(port).encode()
    return line and b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def memcached_answer(reader, port):
    line = await reader.readline()
    body = str(port).encode()
    names = line.split()[1:]
    values = b"".join(b"VALUE %s 0 %d\r\n%s\r\n" % (name, len(body), body) for name in names)
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
        answers.append(f"127.0.0.1:{body}")
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
                answers.append(f"127.0.0.1:{replies.readline().decode().strip()}")
                replies.readline()
    return answers

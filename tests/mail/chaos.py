"""A line to a server that breaks: a small relay that cuts after so many bytes, or at a whim of its seed."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: How many bytes a line lets through from the server before it is cut; None: it stays whole.
Patience = Callable[[], int | None]


class Chaos:
    """A port of 127.0.0.1 that leads to another one, as long as its patience lasts."""

    def __init__(self, to: int, patience: Patience) -> None:
        self.to = to
        self.patience = patience
        self.port = 0
        self.cuts = 0

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Let one line through until it is cut."""
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.close()
            return
        talking = asyncio.create_task(_pass_on(reader, back))
        left = self.patience()
        try:
            while some := await there.read(65536 if left is None else max(1, min(left, 65536))):
                writer.write(some)
                await writer.drain()
                if left is not None and (left := left - len(some)) <= 0:
                    self.cuts += 1
                    break
        except OSError:
            pass
        finally:  # also when the test is over: no line stays half open
            talking.cancel()
            _slam(writer)
            back.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(65536):
            writer.write(some)
            await writer.drain()
        writer.close()


def _slam(writer: asyncio.StreamWriter) -> None:
    """End with a reset, as a router that forgot the line does."""
    line = writer.get_extra_info("socket")
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()


@contextmanager
def chaos(to: int, patience: Patience) -> Iterator[Chaos]:
    """Run such a relay in a thread."""
    relay = Chaos(to, patience)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()  # everything of the loop happens there: a browser may keep one of its own in this thread
    server = asyncio.run_coroutine_threadsafe(_start(relay), loop).result()
    relay.port = server.sockets[0].getsockname()[1]
    try:
        yield relay
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _start(relay: Chaos) -> asyncio.Server:
    return await asyncio.start_server(relay.meet, "127.0.0.1", 0)


async def _end(server: asyncio.Server) -> None:
    server.close()
    talking = asyncio.all_tasks() - {asyncio.current_task()}
    for task in talking:
        task.cancel()
    await asyncio.gather(*talking, return_exceptions=True)
    await asyncio.sleep(0.05)  # the lines that were closed go


def whims(chance: random.Random, *, one_in: int, most: int) -> Patience:
    """Cut one line in so many, after at most so many bytes."""
    return lambda: chance.randrange(most) if chance.randrange(one_in) == 0 else None

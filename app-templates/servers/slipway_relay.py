"""Takes connections from a listening socket for a server that can take none, and hands each on to a port of its own."""

import asyncio
import threading
import time

HOST = "127.0.0.1"
PAUSE = 0.02  # seconds
PIECE = 65536  # bytes


class Relay:
    """Relays the connections of `listener` to `port` of this machine, with a line of the PROXY protocol before each."""

    def __init__(self, listener, port):
        self.listener = listener
        self.port = port
        self.open = set()  # a task for each connection
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_until_complete, args=(self.run(),), daemon=True).start()

    def stop_accepting(self):
        self.loop.call_soon_threadsafe(self.loop.remove_reader, self.listener)

    def drain(self, seconds):
        """Waits until what was answered has left."""
        deadline = time.monotonic() + seconds
        while self.open and time.monotonic() < deadline:
            time.sleep(PAUSE)

    async def run(self):
        self.listener.setblocking(False)
        await self.wait_for_server()
        self.loop.add_reader(self.listener, self.accept)
        while True:  # as long as the process
            await asyncio.sleep(3600)

    def accept(self):
        """Takes one connection; asyncio's own server would take all that wait, and leave none to other processes."""
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return  # another process was quicker, or the visitor has gone
        task = asyncio.ensure_future(self.relay(connection))
        self.open.add(task)
        task.add_done_callback(self.open.discard)

    async def wait_for_server(self):
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, self.port)
            except ConnectionRefusedError:
                await asyncio.sleep(PAUSE)
            else:
                writer.close()
                return

    async def relay(self, connection):
        writer = other = None
        try:
            reader, writer = await asyncio.open_connection(sock=connection, limit=PIECE)
            there, other = await asyncio.open_connection(HOST, self.port, limit=PIECE)
            other.write(introduction(writer))
            await asyncio.gather(copy(reader, other), copy(there, writer))
        except OSError:
            pass  # one of the two has gone
        finally:
            for end in (other, writer):
                if end is not None:
                    end.close()


async def copy(reader, writer):
    while data := await reader.read(PIECE):
        writer.write(data)
        await writer.drain()
    writer.write_eof()


def introduction(writer):
    """Who is connected, in version 1 of the PROXY protocol."""
    peer, own = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
    family = "TCP6" if ":" in peer[0] else "TCP4"
    return f"PROXY {family} {peer[0]} {own[0]} {peer[1]} {own[1]}\r\n".encode()

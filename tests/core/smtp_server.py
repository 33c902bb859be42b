"""A mail server that says what a test wants it to say."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    """One connection: enough SMTP for one client that plays by the rules."""

    def handle(self) -> None:
        """Answer each command with its reply, and hang up where the reply is None."""
        server: SmtpServer = self.server
        self.say(server.replies.get("CONNECT", "220 ready"))
        for line in self.rfile:
            word = line[:4].strip().upper().decode()
            reply = server.replies.get(word, "250 fine")
            if reply is None:
                return
            if word == "DATA" and word not in server.replies:
                self.say("354 go on")
                self.take_message()
                reply = server.replies.get("END", "250 accepted")
                if reply is None:
                    return
            self.say(reply)
            if word == "QUIT":
                return

    def take_message(self) -> None:
        """Read up to the lone dot."""
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        self.server.messages.append(b"".join(lines))

    def say(self, reply: str) -> None:
        """Send one line."""
        self.wfile.write(reply.encode() + b"\r\n")


class SmtpServer(socketserver.ThreadingTCPServer):
    """`replies` maps a command (CONNECT, RCPT, DATA, END for the message's end, QUIT ..) to what is answered."""

    daemon_threads = True

    def __init__(self) -> None:
        self.replies: dict[str, str | None] = {}
        self.messages: list[bytes] = []
        super().__init__(("127.0.0.1", 0), Conversation)

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server_address[1]


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A server for as long as the block lasts."""
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

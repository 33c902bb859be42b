"""Whether an address can be listened at."""

import socket
import time

from api.launcher.refusal import RefusalError

PATIENCE = 5.0  # seconds for the remains of an earlier run to let go


def wait_for_port(host: str, port: int, patience: float = PATIENCE) -> None:
    """Return once nobody listens at the address. Raises RefusalError with one sentence otherwise."""
    if not 0 < port < 65536:
        raise RefusalError(f"{port} is not a port: choose one from 1 to 65535 with PORT=.")
    deadline = time.monotonic() + patience
    while (error := _bind_error(host, port)) is not None:
        if isinstance(error, PermissionError):
            raise RefusalError(
                f"This account may not listen at port {port}: choose one above 1023 with PORT=."
            )
        if isinstance(error, socket.gaierror) or time.monotonic() > deadline:
            taken = (
                "is used by another program" if not isinstance(error, socket.gaierror) else "has no address"
            )
            raise RefusalError(f"Port {port} of {host} {taken}: choose another with PORT=.")
        time.sleep(0.1)


def _bind_error(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # Connections of an earlier run that are still closing do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None

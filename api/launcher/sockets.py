"""Private folders for unix sockets, whose paths may not be long."""

import hashlib
import os
import tempfile
from pathlib import Path

from api.launcher.children import Account
from api.launcher.refusal import RefusalError

LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
SAFE_PATH_BYTES = 100  # Linux allows 107 and macOS 103


def socket_folder(preferred: Path) -> Path:
    """The preferred folder, or a short one in the system's temporary folder if its path is too long for a socket."""
    if len(os.fsencode(preferred / LONGEST_SOCKET_NAME)) <= SAFE_PATH_BYTES:
        return preferred
    name = hashlib.sha256(os.fsencode(preferred)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"parley-{os.getuid()}-{name}"


def make_private(folder: Path, account: Account | None = None) -> None:
    """Make a folder that one account may enter. Raises RefusalError if somebody else made it before us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (os.getuid(), account.uid if account else os.getuid()):
        raise RefusalError(f"{folder} is somebody else's; remove it, Parley needs it for its sockets.")
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)

"""Checkpoints that can be trusted: a folder counts only with its marker, which is written last."""
from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from contract import Fail, write_atomic

MARKER = "COMPLETE"


def step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.removeprefix("checkpoint-"))


def mark_complete(checkpoint: Path, fingerprint: str) -> None:
    files = {file.name: file.stat().st_size for file in checkpoint.iterdir() if file.is_file()}
    write_atomic(checkpoint / MARKER, json.dumps(
        {"fingerprint": fingerprint, "step": step_of(checkpoint), "files": files}))


def newest_checkpoint(folder: Path, fingerprint: str) -> Path | None:
    """The last complete one; what was cut off is removed, and one of another run is an error, not a fresh start."""
    for path in sorted(folder.glob("checkpoint-*"), key=step_of, reverse=True):
        if not (path / MARKER).exists():
            shutil.rmtree(path)
            continue
        marker = json.loads((path / MARKER).read_text(encoding="utf-8"))
        if marker["fingerprint"] != fingerprint:
            raise Fail("config", f"{path.name} belongs to another run ({marker['fingerprint'][:12]})")
        if all((path / name).exists() and (path / name).stat().st_size == size
               for name, size in marker["files"].items()):
            return path
        shutil.rmtree(path)
    return None


def read_state(checkpoint: Path) -> dict[str, Any]:
    """The Trainer's own record: log history, best step, tokens seen."""
    state: dict[str, Any] = json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    return state

"""The container contract that trainer and evaluator share: exit codes, stopping, result.json (docs/trainer.md)."""
from __future__ import annotations

import json
import os
import signal
import time
import traceback
from datetime import datetime, timezone
from pathlib import Path
from types import FrameType
from typing import Any, Callable

EXIT = {"config": 64, "data": 65, "unavailable": 69, "internal": 70, "unshipped": 74, "preempted": 75, "memory": 78}
ENV = os.environ
STARTED = time.time()
ATTEMPT = int(ENV.get("FT_ATTEMPT") or "1")

Result = dict[str, Any]


class Fail(Exception):
    """Ends the run with the exit code of its kind, one of EXIT."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Stop:
    """Becomes true on SIGTERM or at the deadline; looked at between steps."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.deadline = STARTED + float(ENV.get("FT_DEADLINE_SECONDS") or "inf")
        signal.signal(signal.SIGTERM, self._on_signal)  # PID 1 ignores SIGTERM unless there is a handler

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.reason = "SIGTERM"

    def __bool__(self) -> bool:
        if self.reason is None and time.time() > self.deadline:
            self.reason = "deadline"
        return self.reason is not None

    def check(self, where: str) -> None:
        if self:
            raise Fail("preempted", f"stopped by {self.reason} {where}")


def folder(name: str) -> Path:
    """The folder that an FT_* variable names."""
    if not ENV.get(name):
        raise Fail("config", f"the environment variable {name} is not set")
    return Path(ENV[name])


def write_atomic(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def run(body: Callable[[Stop, Path, Result], None]) -> int:
    """Runs `body`, writes result.json last whatever happens, waits until it is shipped, and returns the exit code."""
    stop = Stop()  # first: a SIGTERM from here on is an orderly stop
    ENV["HF_HUB_OFFLINE"] = "1"
    out = Path(ENV.get("FT_OUTPUT_DIR") or ".")
    out.mkdir(parents=True, exist_ok=True)
    (out / "result.json").unlink(missing_ok=True)  # so that a kill leaves none
    acknowledgement = Path(ENV["FT_SHIP_ACK"]) if ENV.get("FT_SHIP_ACK") else None
    if acknowledgement:
        acknowledgement.unlink(missing_ok=True)  # of an earlier attempt
    result: Result = {"runId": ENV.get("FT_RUN_ID"), "attempt": ATTEMPT, "status": "failed", "error": None,
                      "startedAt": instant(STARTED)}
    code = conclude(lambda: body(stop, out, result), out, result)
    if code == 0 and acknowledgement:
        code = conclude(lambda: wait_until_shipped(stop, acknowledgement), out, result)
    print(json.dumps({"exit": code, **result}), flush=True)
    return code


def conclude(body: Callable[[], None], out: Path, result: Result) -> int:
    """Turns the end of `body`, good or bad, into result.json and an exit code."""
    try:
        body()
        result["status"], code = "succeeded", 0
    except Fail as failure:
        code = EXIT[failure.kind]
        result.update(status="preempted" if failure.kind == "preempted" else "failed", error=str(failure))
    except Exception as error:  # noqa: BLE001 - whatever it is, result.json must say so
        traceback.print_exc()
        code = EXIT["memory" if type(error).__name__ == "OutOfMemoryError" else "internal"]
        result.update(status="failed", error=f"{type(error).__name__}: {error}")
    now = time.time()
    result.update(finishedAt=instant(now), elapsedSeconds=round(now - STARTED, 1))
    write_atomic(out / "result.json", json.dumps(result, indent=2) + "\n")
    return code


def wait_until_shipped(stop: Stop, acknowledgement: Path) -> None:
    """The sidecar that ships sees result.json, copies the outputs, then writes this file.

    Without the file in time the run is not lost: its last checkpoint is the end, so the next attempt only publishes.
    """
    limit = float(ENV.get("FT_SHIP_TIMEOUT_SECONDS") or "600")
    end = time.monotonic() + limit
    while not acknowledgement.exists():
        stop.check("before the outputs were shipped")
        if time.monotonic() > end:
            raise Fail("unshipped", f"the outputs were not shipped within {limit:g} s")
        time.sleep(0.1)


def instant(seconds: float) -> str:
    """2026-11-24T09:30:00.000Z"""
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")

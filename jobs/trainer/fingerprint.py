"""What a run stands on, in one digest: an attempt goes on only from a checkpoint with the same one."""
from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Iterable, Mapping

from contract import ENV, Fail, folder


def training_fingerprint() -> str:
    """sha256 over sorted lines "<sha256>  <name>" of the configuration, both data files and the model's files."""
    return _digest({**_inputs(("train", "validation")), **_files("model", folder("FT_MODEL_DIR"))})


def evaluation_fingerprint() -> str:
    """As in training, with the test file in place of the others, and with the adapter's files where there is one."""
    adapter = _files("adapter", folder("FT_ADAPTER_DIR")) if ENV.get("FT_ADAPTER_DIR") else {}
    return _digest({**_inputs(("test",)), **_files("model", folder("FT_MODEL_DIR")), **adapter})


def refuse_other_inputs(mark: str) -> None:
    """FT_FINGERPRINT, where it is set, is what was approved."""
    approved = ENV.get("FT_FINGERPRINT") or mark
    if approved != mark:
        raise Fail("config", f"inputs have fingerprint {mark[:12]}, approved was {approved[:12]}")


def _inputs(splits: Iterable[str]) -> dict[str, Path]:
    data = folder("FT_DATA_DIR")
    return {"config.json": folder("FT_CONFIG"), **{f"data/{name}.jsonl": data / f"{name}.jsonl" for name in splits}}


def _files(prefix: str, path: Path) -> dict[str, Path]:
    if not path.is_dir():
        raise Fail("unavailable", f"there is no {prefix} at {path}")
    return {f"{prefix}/{file.name}": file for file in path.iterdir() if file.is_file()}


def _digest(files: Mapping[str, Path]) -> str:
    lines = []
    for name in sorted(files):
        with open(files[name], "rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()

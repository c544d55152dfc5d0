"""Turns a checkpoint into the published adapter: two files, nothing else, the same bytes each time."""
from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Mapping

from contract import write_atomic

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def publish(checkpoint: Path, base: Mapping[str, str], out: Path) -> None:
    """Writes `out`/adapter by rename. An allow-list: the rest of a checkpoint is pickles and a README."""
    temporary, adapter = out / ".adapter.tmp", out / "adapter"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    shutil.copyfile(checkpoint / WEIGHTS, temporary / WEIGHTS)
    (temporary / WEIGHTS).chmod(0o644)  # PEFT makes it 0600, which another user could not read
    config = json.loads((checkpoint / CONFIG).read_text(encoding="utf-8"))
    config.update(base_model_name_or_path=base["id"], revision=base["revision"])  # PEFT wrote the local path
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()  # a set in PEFT: its order changes from run to run
    write_atomic(temporary / CONFIG, json.dumps(config, indent=2, sort_keys=True) + "\n")
    shutil.rmtree(adapter, ignore_errors=True)
    os.replace(temporary, adapter)

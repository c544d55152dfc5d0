"""What the contract adds to the Trainer's loop: metrics.jsonl, orderly stops, checkpoint markers."""
from __future__ import annotations

import json
import math
import os
import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from checkpoints import mark_complete
from contract import ATTEMPT, STARTED, Fail, Stop

LOGGED = {"loss", "learning_rate", "grad_norm", "mean_token_accuracy", "eval_loss", "eval_mean_token_accuracy"}


class Observer(TrainerCallback):
    """Metrics are appended line by line, so that a reader can follow; after a kill some steps appear twice."""

    def __init__(self, stop: Stop, metrics: Path, fingerprint: str) -> None:
        self.stop, self.metrics, self.fingerprint = stop, metrics, fingerprint

    def on_train_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if state.best_model_checkpoint:  # the folder may be mounted elsewhere than in the attempt before
            state.best_model_checkpoint = os.path.join(args.output_dir, Path(state.best_model_checkpoint).name)

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self.stop and state.global_step < state.max_steps:
            control.should_save = control.should_training_stop = True
            control.should_evaluate = False
        if control.should_save or state.global_step == state.max_steps:
            control.should_log = True

    def on_prediction_step(self, args: TrainingArguments, state: TrainerState, control: TrainerControl,
                           **_: Any) -> None:
        self.stop.check("during evaluation")

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        mark_complete(Path(args.output_dir) / f"checkpoint-{state.global_step}", self.fingerprint)

    def on_log(self, args: TrainingArguments, state: TrainerState, control: TrainerControl,
               logs: dict[str, Any] | None = None, **_: Any) -> None:
        values = {name: float(value) for name, value in sorted((logs or {}).items()) if name in LOGGED}
        for name in values.keys() & {"loss", "eval_loss"}:
            if not math.isfinite(values[name]):
                raise Fail("internal", f"{name} is {values[name]} at step {state.global_step}: the run diverged, "
                                       "lower training.learningRate")
        with open(self.metrics, "a", encoding="utf-8") as file:
            for name, value in values.items():
                if not math.isfinite(value):
                    continue  # JSON has no such number; a gradient norm may pass through one
                file.write(json.dumps({
                    "step": state.global_step, "epoch": round(state.epoch or 0, 4),
                    "split": "validation" if name.startswith("eval_") else "train",
                    "name": name.removeprefix("eval_"), "value": value,
                    "tokensSeen": int(state.num_input_tokens_seen), "attempt": ATTEMPT,
                    "elapsedSeconds": round(time.time() - STARTED, 2)}) + "\n")

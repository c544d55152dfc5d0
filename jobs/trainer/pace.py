"""How fast an attempt trains. The next estimate of a run like it is corrected by this."""
from __future__ import annotations

import time
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from trl import SFTTrainer


class Pace(TrainerCallback):
    """Tokens, padding included, and seconds of the optimizer steps: without loading, evaluation and checkpoints."""

    def __init__(self) -> None:
        self.tokens, self.seconds, self.began, self.warm = 0, 0.0, 0.0, False

    def on_step_begin(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self.began = time.monotonic()

    def on_step_end(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        if self.warm:
            self.seconds += time.monotonic() - self.began
        else:  # the first step loads kernels and fills caches
            self.tokens, self.warm = 0, True


class PacedTrainer(SFTTrainer):
    def __init__(self, *args: Any, pace: Pace, **others: Any) -> None:
        super().__init__(*args, **others)
        self.pace = pace
        self.add_callback(pace)

    def training_step(self, model: Any, inputs: dict[str, Any], *args: Any, **others: Any) -> Any:
        self.pace.tokens += inputs["input_ids"].numel()
        return super().training_step(model, inputs, *args, **others)

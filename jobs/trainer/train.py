"""Trains one LoRA or QLoRA adapter under the container contract (docs/trainer.md).

    python train.py                 # train; everything comes from FT_* variables
    python train.py --fingerprint   # print the fingerprint of configuration, data and model
"""
from __future__ import annotations

import resource
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Mapping

from chats import Row, check_lengths, read_split
from checkpoints import newest_checkpoint, read_state, step_of
from configuration import read_configuration
from contract import ENV, STARTED, Fail, Result, Stop, folder, run
from fingerprint import refuse_other_inputs, training_fingerprint
from publish import publish

LIBRARIES = ("torch", "transformers", "trl", "peft", "bitsandbytes")


def train(stop: Stop, out: Path, result: Result) -> None:
    """Cheap refusals first, then resume or start, then publish from a checkpoint."""
    config = read_configuration("config.schema.json")
    if config.get("checkpointing") == "offloaded":
        raise Fail("config", "this trainer keeps checkpoints on the device: config.checkpointing must be on or off")
    steps = config["training"]["steps"]
    splits = {name: read_split(folder("FT_DATA_DIR") / f"{name}.jsonl") for name in ("train", "validation")}
    mark = training_fingerprint()
    result.update(fingerprint=mark, plannedSteps=steps, completedSteps=0, resumedFrom=None)
    refuse_other_inputs(mark)
    result["libraryVersions"] = library_versions()
    checkpoints = folder("FT_CHECKPOINT_DIR")
    checkpoints.mkdir(parents=True, exist_ok=True)
    resume = newest_checkpoint(checkpoints, mark) if ENV.get("FT_RESUME", "auto") == "auto" else None
    if resume:
        result.update(completedSteps=step_of(resume), resumedFrom=step_of(resume))
    if not resume or step_of(resume) < steps:
        fit(config, splits, checkpoints, resume, mark, stop, out, result)
    finish(config, checkpoints / f"checkpoint-{steps}", out, result)


def fit(config: Mapping[str, Any], splits: Mapping[str, list[Row]], checkpoints: Path, resume: Path | None, mark: str,
        stop: Stop, out: Path, result: Result) -> None:
    """Trains to the last step, or to a checkpoint and a `preempted` end when it is told to stop."""
    try:
        import torch
        from datasets import Dataset
        from transformers import set_seed

        from model import count_quantized, load_model
        from observer import Observer
        from pace import Pace, PacedTrainer
    except ImportError as error:
        raise Fail("unavailable", str(error)) from error
    set_seed(config["seed"])  # before the adapter exists: its start values come from here
    model, tokenizer = load_model(config, folder("FT_MODEL_DIR"))
    result["quantizedLayers"] = count_quantized(model)
    check_lengths(splits, tokenizer, config["training"]["maxLength"])
    stop.check("before the first step")
    gpu = torch.cuda.is_available()
    rows = {name: Dataset.from_list([{"messages": row["messages"]} for row in part]) for name, part in splits.items()}
    pace = Pace()
    trainer = PacedTrainer(
        pace=pace, model=model, processing_class=tokenizer, train_dataset=rows["train"], eval_dataset=rows["validation"],
        peft_config=lora_config(config["lora"]), args=sft_config(config, checkpoints, gpu),
        callbacks=[Observer(stop, out / "metrics.jsonl", mark)])
    for parameter in trainer.model.parameters():
        if parameter.requires_grad:
            # TRL makes a QLoRA adapter bfloat16, but a resumed one comes back as float32; one type throughout keeps a
            # resumed run identical.
            parameter.data = parameter.data.float()
    try:
        trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    finally:
        result.update(completedSteps=trainer.state.global_step, tokens=int(trainer.state.num_input_tokens_seen),
                      peakMemoryBytes=torch.cuda.max_memory_allocated() if gpu else peak_resident_bytes(),
                      gpuSeconds=round(time.time() - STARTED, 1) if gpu else 0)
        if pace.seconds > 0:
            result.update(stepTokens=pace.tokens, stepSeconds=round(pace.seconds, 3))
    if trainer.state.global_step < config["training"]["steps"]:
        raise Fail("preempted", f"stopped by {stop.reason} at step {trainer.state.global_step}")


def library_versions() -> dict[str, str]:
    try:
        return {name: version(name) for name in LIBRARIES}
    except PackageNotFoundError as error:
        raise Fail("unavailable", f"the Python package {error.name} is not installed") from error


def lora_config(lora: Mapping[str, Any]) -> Any:
    from peft import LoraConfig
    return LoraConfig(task_type="CAUSAL_LM", r=lora["r"], lora_alpha=lora["alpha"], lora_dropout=lora["dropout"],
                      target_modules=lora["targetModules"])


def sft_config(config: Mapping[str, Any], checkpoints: Path, gpu: bool) -> Any:
    from trl import SFTConfig
    training = config["training"]
    every, size = training["checkpointEverySteps"], training["batchSize"]
    recompute = config.get("checkpointing", "on" if gpu else "off") == "on"
    return SFTConfig(
        output_dir=str(checkpoints), seed=config["seed"], use_cpu=not gpu, bf16=gpu, gradient_checkpointing=recompute,
        assistant_only_loss=True, max_length=training["maxLength"], max_steps=training["steps"],
        per_device_train_batch_size=size, per_device_eval_batch_size=size,
        gradient_accumulation_steps=training["gradientAccumulation"], learning_rate=training["learningRate"],
        lr_scheduler_type="cosine", warmup_steps=training["warmupSteps"],
        logging_steps=max(1, min(10, training["steps"] // 20)), eval_strategy="steps", eval_steps=every,
        save_strategy="steps", save_steps=every, save_total_limit=2, metric_for_best_model="eval_loss",
        greater_is_better=False, include_num_input_tokens_seen="non_padding", report_to="none", disable_tqdm=True)


def finish(config: Mapping[str, Any], last: Path, out: Path, result: Result) -> None:
    """Publishes from the checkpoints alone, so an attempt whose training was done before needs no model."""
    state = read_state(last)
    best = state["best_global_step"] if config["training"]["keepBest"] else None
    step = best or state["global_step"]
    result.update(completedSteps=state["global_step"], bestStep=step, tokens=int(state["num_input_tokens_seen"]),
                  trainLoss=logged(state, "loss", step), validationLoss=logged(state, "eval_loss", step))
    publish(last.with_name(f"checkpoint-{step}"), config["base"], out)


def logged(state: Mapping[str, Any], name: str, step: int) -> float | None:
    """The last value up to a step."""
    return next((row[name] for row in reversed(state["log_history"]) if name in row and row["step"] <= step), None)


def peak_resident_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, Linux KiB


if __name__ == "__main__":
    if sys.argv[1:] == ["--fingerprint"]:
        print(training_fingerprint())
    else:
        sys.exit(run(train))

"""Answers every test item with each arm (base, base + prompt, adapter) in one process; scoring happens elsewhere.

Reads FT_CONFIG (evaluation.schema.json), FT_DATA_DIR/test.jsonl, FT_MODEL_DIR and, when an arm needs it, FT_ADAPTER_DIR.
Writes predictions.jsonl, one line per item and arm, then result.json. A restart skips what is there.
"""
from __future__ import annotations

import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Mapping

from chats import Message, Row, read_split
from configuration import read_configuration
from contract import Fail, Result, Stop, folder, run, write_atomic
from fingerprint import evaluation_fingerprint, refuse_other_inputs

PROBES = 8


def evaluate(stop: Stop, out: Path, result: Result) -> None:
    config = read_configuration("evaluation.schema.json")
    items = read_split(folder("FT_DATA_DIR") / "test.jsonl")
    mark = evaluation_fingerprint()
    result["fingerprint"] = mark
    refuse_other_inputs(mark)
    done = read_done(out, mark)
    adapted = next((arm for arm in config["arms"] if arm["adapter"]), None)
    model, tokenizer = load(config, adapted is not None)
    if adapted:
        result["adapterEffect"] = adapter_effect(
            model, tokenizer, [chat(adapted, row["messages"]) for row in items[:PROBES]])
    result["arms"] = []
    with open(out / "predictions.jsonl", "a", encoding="utf-8") as file:
        for arm in config["arms"]:
            started = time.time()
            without_adapter = model.disable_adapter() if adapted and not arm["adapter"] else nullcontext()
            todo = [row for row in items if (arm["id"], row["id"]) not in done]
            todo.sort(key=lambda row: len(row["messages"][-2]["content"]))  # like lengths together: little padding
            with without_adapter:
                for start in range(0, len(todo), config["batchSize"]):
                    stop.check(f"in arm {arm['id']}")
                    part = todo[start:start + config["batchSize"]]
                    answers = answer(model, tokenizer, arm, part, config["maxNewTokens"])
                    file.writelines(json.dumps(line) + "\n" for line in answers)
                    file.flush()
            result["arms"].append({"id": arm["id"], "items": len(items), "seconds": round(time.time() - started, 2)})


def read_done(out: Path, mark: str) -> set[tuple[str, str]]:
    """Pairs (arm, item) that were answered before. What a kill cut off is dropped; of two same ones the first stays."""
    predictions, owner = out / "predictions.jsonl", out / "predictions.fingerprint"
    if not predictions.exists():
        write_atomic(owner, mark)
        return set()
    if not owner.exists() or owner.read_text(encoding="utf-8") != mark:
        raise Fail("config", "predictions.jsonl belongs to another evaluation: give it an output folder of its own")
    kept: dict[tuple[str, str], str] = {}
    for line in predictions.read_text(encoding="utf-8").split("\n")[:-1]:
        try:
            row = json.loads(line)
            kept.setdefault((row["arm"], row["id"]), line + "\n")
        except (ValueError, TypeError, KeyError):
            continue  # not a whole line
    write_atomic(predictions, "".join(kept.values()))
    return set(kept)


def load(config: Mapping[str, Any], with_adapter: bool) -> tuple[Any, Any]:
    try:
        import torch
        from peft import PeftModel

        from model import load_model
    except ImportError as error:
        raise Fail("unavailable", str(error)) from error
    model, tokenizer = load_model(config, folder("FT_MODEL_DIR"))
    tokenizer.padding_side = "left"
    if with_adapter:
        try:
            model = PeftModel.from_pretrained(model, folder("FT_ADAPTER_DIR"))
        except (OSError, ValueError, RuntimeError) as error:
            raise Fail("unavailable", f"cannot load the adapter: {error}") from error
    torch.set_grad_enabled(False)
    return model.eval(), tokenizer


def adapter_effect(model: Any, tokenizer: Any, chats: list[list[Message]]) -> dict[str, float]:
    """Proof that the adapter is applied: it must change the logits; one that is not gives exactly zero."""
    batch = encode(model, tokenizer, chats)
    tuned = model(**batch).logits[:, -1].float()
    with model.disable_adapter():
        base = model(**batch).logits[:, -1].float()
    change = (tuned - base).abs().max().item()
    if change == 0:
        raise Fail("internal", "the adapter changes nothing: it was not applied")
    return {"probes": len(chats), "maxAbsLogitChange": round(change, 4),
            "changedFirstToken": int((tuned.argmax(-1) != base.argmax(-1)).sum())}


def answer(model: Any, tokenizer: Any, arm: Mapping[str, Any], part: list[Row], limit: int) -> list[dict[str, Any]]:
    """One greedy batch. `latencyMs` is the batch's time shared among its items."""
    started = time.time()
    batch = encode(model, tokenizer, [chat(arm, row["messages"]) for row in part])
    width, longest = batch["input_ids"].shape[1], getattr(model.config, "max_position_embeddings", None)
    if longest and width + limit > longest:
        raise Fail("data", f"arm {arm['id']}: a prompt of {width} tokens and an answer of {limit} do not fit the base's "
                           f"context of {longest} tokens")
    out = model.generate(**batch, max_new_tokens=limit, do_sample=False, pad_token_id=tokenizer.pad_token_id)
    milliseconds = round((time.time() - started) * 1000 / len(part), 2)
    lines = []
    for row, tokens, mask in zip(part, out[:, width:].tolist(), batch["attention_mask"], strict=True):
        ended = tokenizer.eos_token_id in tokens
        tokens = tokens[:tokens.index(tokenizer.eos_token_id)] if ended else tokens
        lines.append({"id": row["id"], "arm": arm["id"], "output": tokenizer.decode(tokens, skip_special_tokens=True),
                      "promptTokens": int(mask.sum()), "outputTokens": len(tokens), "latencyMs": milliseconds,
                      "finishReason": "stop" if ended else "length"})
    return lines


def encode(model: Any, tokenizer: Any, chats: list[list[Message]]) -> Any:
    return tokenizer.apply_chat_template(chats, add_generation_prompt=True, padding=True, return_tensors="pt",
                                         return_dict=True).to(model.device)


def chat(arm: Mapping[str, Any], messages: list[Message]) -> list[Message]:
    """The question as an arm asks it: its system line in place of the item's, its shots before, its suffix after."""
    system = [Message(role="system", content=arm["system"])] if arm["system"] else []
    question = [Message(**m) for m in messages[:-1] if not (system and m["role"] == "system")]
    question[-1]["content"] += arm["suffix"]
    return [*system, *arm["shots"], *question]


if __name__ == "__main__":
    sys.exit(run(evaluate))

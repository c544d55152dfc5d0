"""The data: JSON-lines files of chats that end with the answer to learn or to judge."""
from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Mapping, TypedDict

from contract import Fail

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

ROLES = ("system", "user", "assistant")


class Message(TypedDict):
    role: str
    content: str


class Row(TypedDict):
    id: str
    messages: list[Message]


def read_split(path: Path) -> list[Row]:
    """Every line, or an end with the first line that is wrong; a row without an id gets its line number."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise Fail("data", f"{path.name}: {error}") from error
    rows: list[Row] = []
    for number, line in enumerate(text.removesuffix("\n").split("\n") if text else [], 1):
        try:
            row = json.loads(line)
            messages = [Message(role=m["role"], content=m["content"]) for m in row["messages"]]
            name = str(row.get("id", number))
        except (ValueError, KeyError, TypeError, AttributeError):
            messages = []
        if not _is_question_and_answer(messages):
            raise Fail("data", f"{path.name}:{number}: not a chat that ends with an assistant message")
        rows.append(Row(id=name, messages=messages))
    if not rows:
        raise Fail("data", f"{path.name} is empty")
    return rows


def _is_question_and_answer(messages: list[Message]) -> bool:
    return len(messages) > 1 and messages[-1]["role"] == "assistant" and all(
        m["role"] in ROLES and isinstance(m["content"], str) and m["content"] for m in messages)


def check_lengths(splits: Mapping[str, list[Row]], tokenizer: PreTrainedTokenizerBase, limit: int) -> None:
    """TRL would cut or drop a chat that is too long without a word."""
    for name, rows in splits.items():
        for number, row in enumerate(rows, 1):
            tokens = len(tokenizer.apply_chat_template(row["messages"], return_dict=True)["input_ids"])
            if tokens > limit:
                raise Fail("data", f"{name}.jsonl:{number}: {tokens} tokens, maxLength is {limit}")

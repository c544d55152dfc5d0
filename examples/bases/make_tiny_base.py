"""Makes a tiny Llama base from scratch: byte-level BPE tokenizer, chat template, a short pre-training. Same bytes each time.

    python make_tiny_base.py TRAIN_FILE MODEL_DIR [--steps 200] [--seed 1]

TRAIN_FILE holds tickets whose answer is a JSON object (../tickets). The base answers them in prose ("Category billing,
priority high, ..."), or as "category=billing; ..." when the system line says "Use key=value.". It has seen JSON records, but
never as the answer to a ticket: a LoRA run has something to adapt, and a prompt something to steer.
"""
from __future__ import annotations

import argparse
import json
import os
import random
import time
from pathlib import Path
from typing import Any

os.environ.update(HF_HUB_OFFLINE="1", TQDM_DISABLE="1")

TEMPLATE = (
    "{% for m in messages %}{{ '<|' + m['role'] + '|>' }}"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] + '<|end|>' }}{% endgeneration %}"
    "{% else %}{{ m['content'] + '<|end|>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}")
SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
VOCABULARY = 512
BATCH = 16
IGNORED = -100  # label that the loss skips


def corpus(path: Path) -> list[list[dict[str, str]]]:
    rows = [json.loads(line)["messages"] for line in path.read_text(encoding="utf-8").splitlines()]
    return [chat for row in rows for chat in chats(row[-2]["content"], json.loads(row[-1]["content"]))]


def chats(text: str, answer: dict[str, str]) -> list[list[dict[str, str]]]:
    prose = ", ".join(f"{key} {value}" for key, value in answer.items()).capitalize() + "."
    pairs = "; ".join(f"{key}={value}" for key, value in answer.items())
    user, system = {"role": "user", "content": text}, {"role": "system", "content": "Use key=value."}
    return [[user, {"role": "assistant", "content": prose}],
            [system, user, {"role": "assistant", "content": pairs}],
            [{"role": "user", "content": "Show a record."},
             {"role": "assistant", "content": json.dumps(answer, separators=(",", ":"))}]]


def build_tokenizer(texts: list[str]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    raw.train_from_iterator(texts, trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False))
    return PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="<|pad|>", eos_token="<|end|>",
                                   additional_special_tokens=SPECIAL[2:], chat_template=TEMPLATE,
                                   model_max_length=512, clean_up_tokenization_spaces=False)


def build_model(tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=128, num_hidden_layers=4, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=384,  # a multiple of 64, which bitsandbytes' packed CPU kernel needs
        initializer_range=0.08,  # 0.02, the default, learns several times slower at this width
        max_position_embeddings=512, tie_word_embeddings=True, pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id, bos_token_id=None))


def collate(batch: list[Any], padding: int) -> dict[str, Any]:
    """Right-padded tensors; only the assistant's tokens are learned."""
    import torch
    shape = (len(batch), max(len(row["input_ids"]) for row in batch))
    ids, labels = torch.full(shape, padding), torch.full(shape, IGNORED)
    mask = torch.zeros(shape, dtype=torch.long)
    for index, row in enumerate(batch):
        tokens, answer = torch.tensor(row["input_ids"]), torch.tensor(row["assistant_masks"])
        length = len(tokens)
        ids[index, :length], mask[index, :length] = tokens, 1
        labels[index, :length] = torch.where(answer == 1, tokens, IGNORED)
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def main() -> None:
    cli = argparse.ArgumentParser()
    cli.add_argument("data", type=Path)
    cli.add_argument("out", type=Path)
    cli.add_argument("--steps", type=int, default=200)
    cli.add_argument("--seed", type=int, default=1)
    args = cli.parse_args()
    import torch
    from transformers import set_seed
    set_seed(args.seed)
    started, rng, rows = time.time(), random.Random(args.seed), corpus(args.data)
    tokenizer = build_tokenizer([message["content"] for chat in rows for message in chat])
    model = build_model(tokenizer)
    encoded = [tokenizer.apply_chat_template(chat, return_dict=True, return_assistant_tokens_mask=True)
               for chat in rows]
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, total_steps=args.steps, pct_start=0.1)
    model.train()
    for step in range(1, args.steps + 1):
        loss = model(**collate(rng.sample(encoded, BATCH), tokenizer.pad_token_id)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if step % 50 == 0:
            print(f"step {step} of {args.steps}, loss {loss.item():.3f}, {time.time() - started:.0f} s", flush=True)
    model.save_pretrained(args.out)
    tokenizer.save_pretrained(args.out)
    (args.out / "model.safetensors").chmod(0o644)  # written as 0600, which a container's user could not read
    print(f"{model.num_parameters()} parameters in {args.out}")


if __name__ == "__main__":
    main()

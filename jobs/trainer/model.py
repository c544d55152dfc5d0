"""Loads the base, plain or in 4 bits, the same way for training and for evaluation."""
from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Mapping

from contract import Fail

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def load_model(config: Mapping[str, Any], path: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """On the GPU in bfloat16 where there is one, else on the CPU in float32."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
    gpu = torch.cuda.is_available()
    dtype = torch.bfloat16 if gpu else torch.float32
    options: dict[str, Any] = {"dtype": dtype, "device_map": {"": 0 if gpu else "cpu"}}
    if config["method"] == "qlora":
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type=config["quantization"]["type"],
            bnb_4bit_use_double_quant=config["quantization"]["doubleQuant"], bnb_4bit_compute_dtype=dtype)
    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
        model = AutoModelForCausalLM.from_pretrained(path, **options)
    except (ImportError, OSError, ValueError) as error:
        raise Fail("unavailable", f"cannot load the base model: {error}") from error
    for module in model.modules():
        # bitsandbytes repacks 4-bit weights at the first pass without gradients on CPUs with AVX512-BF16, and the
        # packed kernel has no backward: gradients would be wrong from then on, without an error.
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False
    return model, tokenizer


def count_quantized(model: PreTrainedModel) -> int:
    return sum(type(module).__name__ == "Linear4bit" for module in model.modules())

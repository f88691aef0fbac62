"""Loading a causal language model, and all that depends on its architecture.

This is the only place that knows architectures: which modules are MLP matrices, how a statement or a question is put
to the model, and which caches can be slept on. Everything else works on a `Base`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, DynamicCache, PreTrainedTokenizerBase
from transformers.pytorch_utils import Conv1D

from core.errors import ModelNotFound, UnsupportedModel

BUILT_IN = "built-in"
BUILT_IN_PATH = Path(__file__).parent.parent / "assets" / "model"

# Short names of MLP matrices as pictures show them; a model's own name is used when it is not listed.
_SHORT = {"gate_proj": "gate", "up_proj": "up", "down_proj": "down", "c_fc": "up", "c_proj": "down"}
_SHORT |= {"fc1": "up", "fc2": "down", "fc_in": "up", "fc_out": "down", "dense_h_to_4h": "up", "dense_4h_to_h": "down"}
_SPACES = ("\u0120", "\u2581")  # how vocabularies write a leading space
_MLP_PART = re.compile(r"(^|\.)(mlp|feed_forward|ffn|fc1|fc2)(\.|$)")


@dataclass(frozen=True)
class Matrix:
    """One MLP weight. `module` is its dotted name; a transposed one (GPT-2's Conv1D) is stored (in, out)."""

    module: str
    layer: int
    short: str
    transposed: bool


@dataclass(frozen=True, eq=False)
class Base:
    """A frozen language model, shared by every brain that grows on it. Nothing may ever write to its tensors."""

    name: str
    model: torch.nn.Module
    tokenizer: PreTrainedTokenizerBase
    device: str
    mlp: tuple[Matrix, ...]
    context_length: int
    sink: int  # token id of the first cache entry, on which attention may rest
    fingerprint: str  # SHA-256 of the weights: a night grown on one model must not be laid on another

    @property
    def config(self) -> Any:
        """The transformers config."""
        return self.model.config

    @property
    def n_layers(self) -> int:
        return int(self.config.num_hidden_layers)

    def weight(self, matrix: Matrix) -> torch.Tensor:
        """The frozen weight of one MLP matrix."""
        weight = self.model.get_submodule(matrix.module).weight
        assert isinstance(weight, torch.Tensor)
        return weight

    @property
    def n_kv_heads(self) -> int:
        return int(getattr(self.config, "num_key_value_heads", None) or self.config.num_attention_heads)

    @property
    def parameters(self) -> int:
        return sum(p.numel() for p in self.model.parameters())

    @property
    def matrices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(m.short for m in self.mlp))

    @property
    def writers(self) -> dict[int, Matrix]:
        """By layer, the matrix through which its MLP writes into the residual stream: the last one of the layer."""
        return {m.layer: m for m in self.mlp}

    def encode(self, text: str) -> list[int]:
        """Token ids of text that anybody may have typed: special tokens in it are plain characters."""
        return list(self.tokenizer(text, add_special_tokens=False, split_special_tokens=True)["input_ids"])

    def decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, skip_special_tokens=True))

    def pieces(self, ids: list[int]) -> tuple[str, ...]:
        """Each token as text of its own, for the token strip and receipts."""
        return tuple(str(self.tokenizer.decode([i])) for i in ids)

    # How text is put to the model. The leading space gives a name the same pieces at the start of a line as inside it.
    def statement_ids(self, statement: str) -> list[int]:
        return self.encode(f" {statement}\n")

    def question_ids(self, question: str) -> list[int]:
        return self.encode(f"Q: {question}\nA:")

    def answer_ids(self, answer: str) -> list[int]:
        return self.encode(f" {answer}\n")

    @property
    def ask_ids(self) -> list[int]:
        """What opens a question that the model asks itself."""
        return self.encode("Q:")

    def begun_ids(self, words: str) -> list[int]:
        """A question of which these are the first words."""
        return self.encode(f"Q: {words}")

    def cue_ids(self, night: int) -> list[int]:
        """What opens a question that the model asks itself about what it learned on that night."""
        return self.encode(f"Night {night}\nQ:")

    def question_text(self, ids: list[int]) -> str:
        """The question on a line of token ids, without what opens it (`ask_ids` or `cue_ids`); empty where none opens."""
        return self.decode(ids).partition(self.decode(self.ask_ids).strip())[2].strip()

    def ends_line(self, token: int) -> bool:
        """True for a token at which a line, and so an answer, naturally stops."""
        return token == self.tokenizer.eos_token_id or "\n" in self.tokenizer.decode([token])

    @cached_property
    def token_shapes(self) -> torch.Tensor:
        """(V,) the shape of each token, as a number: what its first sign is (see `Shape`), doubled, plus one when a space
        leads it. A word that is redrawn shape by shape stays a word, a name a name and a number a number."""
        shapes = torch.zeros(int(self.config.vocab_size), dtype=torch.long)
        pieces = self.tokenizer.convert_ids_to_tokens(list(range(min(len(self.tokenizer), len(shapes)))))
        shapes[: len(pieces)] = torch.tensor([_shape(piece) for piece in pieces])
        return shapes


class Shape(IntEnum):
    """What a token begins with, after its leading space."""

    NOTHING, DIGIT, CAPITAL, LETTER, OTHER = range(5)


def _shape(piece: str) -> int:
    led = piece.startswith(_SPACES)
    sign = piece[led : led + 1]
    if not sign:
        kind = Shape.NOTHING
    elif sign.isdigit():
        kind = Shape.DIGIT
    elif sign.isalpha():
        kind = Shape.CAPITAL if sign.isupper() else Shape.LETTER
    else:
        kind = Shape.OTHER
    return 2 * kind + led


def pick_device(device: str = "auto") -> str:
    """`auto` is CUDA where there is one. Raises UnsupportedModel when CUDA is asked for and absent."""
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise UnsupportedModel("No CUDA device was found here; choose --device cpu or auto.")
    return device


def load_base(name_or_path: str = BUILT_IN, device: str = "auto") -> Base:
    """Load any Hugging Face causal LM, frozen, in fp32, with eager attention (so that attention can be measured).

    Raises ModelNotFound when nothing loadable is there and UnsupportedModel when its cache cannot be slept on.
    """
    source = str(BUILT_IN_PATH) if name_or_path == BUILT_IN else name_or_path
    try:
        config = AutoConfig.from_pretrained(source, trust_remote_code=False)
        _refuse_partial_caches(config)
        tokenizer = AutoTokenizer.from_pretrained(source, trust_remote_code=False)
        model = AutoModelForCausalLM.from_pretrained(
            source, dtype=torch.float32, attn_implementation="eager", trust_remote_code=False, use_safetensors=True
        )
    except (OSError, ValueError, KeyError, ImportError, RuntimeError, SafetensorError) as error:
        raise ModelNotFound(
            f"No model could be loaded from {name_or_path!r}; give a folder with config.json, safetensors and tokenizer, "
            "or the name of a model, which is downloaded unless it is here already."
        ) from error
    where = pick_device(device)
    model.to(where).eval().requires_grad_(False)
    length = int(getattr(config, "max_position_embeddings", 0) or getattr(config, "n_positions", 0) or 1024)
    base = Base(
        name_or_path, model, tokenizer, where, _mlp_matrices(model), length, _sink(tokenizer), _fingerprint(model)
    )
    _refuse_strange_cache(base)
    return base


def _fingerprint(model: torch.nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode() + tensor.cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _sink(tokenizer: PreTrainedTokenizerBase) -> int:
    for token in (tokenizer.bos_token_id, tokenizer.eos_token_id):
        if token is not None:
            return int(token)
    return int(tokenizer("\n", add_special_tokens=False)["input_ids"][-1])


def _refuse_partial_caches(config: object) -> None:
    kinds = set(getattr(config, "layer_types", None) or ()) - {"full_attention"}
    slides = getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)
    if kinds or slides or getattr(config, "is_encoder_decoder", False):
        raise UnsupportedModel(
            "This model does not keep every token in its attention cache (sliding-window, recurrent or encoder-decoder "
            "layers), so a day could not be read out of it; choose a model with full attention in every layer."
        )


def _refuse_strange_cache(base: Base) -> None:
    ids = torch.tensor([[base.sink, base.sink]], device=base.device)
    with torch.no_grad():
        cache = base.model(input_ids=ids, use_cache=True).past_key_values
    if not isinstance(cache, DynamicCache) or any(layer.keys.shape[2] != 2 for layer in cache.layers):
        raise UnsupportedModel("This model's attention cache is not a plain key-value cache; choose another model.")


def _mlp_matrices(model: torch.nn.Module) -> tuple[Matrix, ...]:
    """Every 2-D weight inside a decoder layer's MLP, in layer order. Raises UnsupportedModel when none is found."""
    found = []
    for name, module in model.named_modules():
        layer = re.search(r"\.(\d+)\.", name)
        if layer is None or not _MLP_PART.search(name[layer.end() :]):
            continue
        if isinstance(module, torch.nn.Linear | Conv1D):
            leaf = name.rsplit(".", 1)[-1]
            found.append(Matrix(name, int(layer.group(1)), _SHORT.get(leaf, leaf), isinstance(module, Conv1D)))
    if not found:
        raise UnsupportedModel("No MLP matrices were found in this model, so there is nowhere to keep a night.")
    return tuple(found)

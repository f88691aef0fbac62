"""A night: one low-rank add-on to the MLP matrices. Take, apply, dose, leave out, export; the base never changes.

While a night is being learned it is a standard PEFT adapter on the brain's private module tree. Once learned, all
switched-on nights are folded into private copies of the MLP weights (base + sum of dose x B A, always summed anew from
the frozen base), so that an answer costs the same after fifty nights as after none, and undoing one is exact.
"""

from __future__ import annotations

import copy
import hashlib
import io
import tempfile
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from safetensors.torch import load_file, save_file

from core.importance import Importance
from core.models import Base, Matrix

ADAPTER = "night"
IMPORTANCE = "importance.safetensors"  # beside the adapter; PEFT does not read it


@dataclass(frozen=True, eq=False)
class Night:
    """One learned night. `a[m]` (r, in) and `b[m]` (out, r) per MLP module m; the change of the weight is dose x b a."""

    name: str
    a: dict[str, torch.Tensor]
    b: dict[str, torch.Tensor]
    rank: int
    dose: float = 1.0
    layers_off: frozenset[int] = frozenset()  # lesioned layers: the night does not act there
    title: str = ""  # what a person calls it; never part of a path or a key
    importance: Importance | None = None  # what it needs of the weights; later nights go round it

    @cached_property  # a night never changes, and is asked for this at every save
    def hash(self) -> str:
        """SHA-256 of what was learned (not of the dose)."""
        digest = hashlib.sha256()
        for module in sorted(self.a):
            for tensor in (self.a[module], self.b[module]):
                digest.update(module.encode() + tensor.contiguous().numpy().tobytes())
        return digest.hexdigest()

    @property
    def parameters(self) -> int:
        return sum(t.numel() for t in (*self.a.values(), *self.b.values()))

    @property
    def bytes(self) -> int:
        return sum(t.numel() * t.element_size() for t in (*self.a.values(), *self.b.values()))

    @property
    def is_empty(self) -> bool:
        return all(not bool(b.any()) for b in self.b.values())

    def delta(self, matrix: Matrix) -> torch.Tensor:
        """The full change of one weight at dose 1, in the weight's own orientation."""
        return _change(matrix, self.a[matrix.module], self.b[matrix.module])


def _change(matrix: Matrix, a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Of a weight by add-ons `a` (r, in) and `b` (out, r): as the weight lies, (out, in), or transposed (in, out)."""
    return (b @ a).T if matrix.transposed else b @ a


def private_tree(base: Base) -> torch.nn.Module:
    """A module tree of one's own whose tensors are the base's, by pointer."""
    shared = [*base.model.parameters(), *base.model.buffers()]
    return copy.deepcopy(base.model, memo={id(t): t for t in shared})


@torch.no_grad()
def fold(base: Base, tree: torch.nn.Module, nights: tuple[Night, ...]) -> None:
    """Set the tree's MLP weights to base + the switched-on nights. With none, the very tensors of the base again."""
    for matrix in base.mlp:
        weight = base.weight(matrix)
        active = [n for n in nights if n.dose != 0.0 and matrix.layer not in n.layers_off and n.b[matrix.module].any()]
        if active:
            # All ranks side by side: one product, so that fifty nights take hardly longer than one.
            a = torch.cat([n.a[matrix.module] for n in active])
            b = torch.cat([n.dose * n.b[matrix.module] for n in active], 1)
            change = _change(matrix, a, b).to(weight.device)
            weight = torch.nn.Parameter(weight + change, requires_grad=False)
        tree.get_submodule(matrix.module).weight = weight  # type: ignore[assignment]


def lora_config(base: Base, rank: int) -> LoraConfig:
    """alpha = rank, so that PEFT's own scaling is 1 and the dose is the only factor."""
    return LoraConfig(
        task_type=TaskType.CAUSAL_LM,
        r=rank,
        lora_alpha=rank,
        lora_dropout=0.0,
        target_modules=[m.module for m in base.mlp],
        fan_in_fan_out=any(m.transposed for m in base.mlp),
    )


def expand(base: Base, nights: tuple[Night, ...], rank: int, generator: torch.Generator) -> PeftModel:
    """A brain's weights with one fresh low-rank expert on every MLP matrix; only the expert can learn (knowledge
    seeding, step 1 of arXiv 2606.03979). A is drawn from `generator`, B is zero: nothing changes yet."""
    tree = private_tree(base)
    fold(base, tree, nights)
    model = get_peft_model(tree, lora_config(base, rank), adapter_name=ADAPTER)
    for matrix in base.mlp:
        a = model.base_model.model.get_submodule(matrix.module).lora_A[ADAPTER].weight
        bound = (3.0 / a.shape[1]) ** 0.5
        with torch.no_grad():
            a.copy_((torch.rand(a.shape, generator=generator) * 2 - 1) * bound)
    return model


def take(base: Base, model: PeftModel, name: str, rank: int) -> Night:
    """Lift the learned expert out of the model, onto the CPU in fp32."""
    a: dict[str, torch.Tensor] = {}
    b: dict[str, torch.Tensor] = {}
    for matrix in base.mlp:
        layer = model.base_model.model.get_submodule(matrix.module)
        a[matrix.module] = layer.lora_A[ADAPTER].weight.detach().float().cpu().clone()
        b[matrix.module] = layer.lora_B[ADAPTER].weight.detach().float().cpu().clone()
    return Night(name, a, b, rank)


def export(base: Base, night: Night, folder: Path) -> None:
    """Write the night as a standard PEFT adapter: `PeftModel.from_pretrained(base, folder)` loads it."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {}
    for module in night.a:
        tensors[f"base_model.model.{module}.lora_A.weight"] = night.a[module].contiguous()
        tensors[f"base_model.model.{module}.lora_B.weight"] = night.b[module].contiguous()
    config = lora_config(base, night.rank)
    config.base_model_name_or_path = base.name
    config.inference_mode = True
    config.save_pretrained(str(folder))
    unfinished = folder / "adapter_model.writing"  # whole or not there: a killed process leaves no half night
    save_file(tensors, unfinished)
    if night.importance:
        save_file(night.importance.tensors(), folder / IMPORTANCE)
    unfinished.replace(folder / "adapter_model.safetensors")


def export_zip(base: Base, night: Night) -> bytes:
    """The adapter of `export` in one file, to take away."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        export(base, night, Path(folder))
        for path in sorted(Path(folder).iterdir()):
            archive.write(path, f"{night.name}/{path.name}")
    return packed.getvalue()


def load(name: str, folder: Path, rank: int, dose: float, title: str = "") -> Night:
    """Read a night back from `export`'s folder."""
    a: dict[str, torch.Tensor] = {}
    b: dict[str, torch.Tensor] = {}
    for key, tensor in load_file(folder / "adapter_model.safetensors").items():
        module, part = key.removeprefix("base_model.model.").rsplit(".lora_", 1)
        (a if part.startswith("A") else b)[module] = tensor
    needs = folder / IMPORTANCE
    importance = Importance.from_tensors(load_file(needs)) if needs.exists() else None
    return Night(name, a, b, rank, dose, title=title, importance=importance)

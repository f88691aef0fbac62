"""The cache as text: every cached token a small chip, tinted by a measure, bracketed in its fact's colour.

A Streamlit component (v2): no iframe, no build. Typed text reaches the page through `textContent` only.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from app.charts.cache_map import MEASURE_NAMES, NOT_ASKED, NOTHING, Measure, color_range, layer_map
from app.theme import GRID, INK, fact_color, fact_name, ink_on, scale_color, show_token
from core.values import CacheSnapshot

HTML = """
<div class="strip" role="listbox" aria-orientation="horizontal"></div>
<div class="legend"></div>
"""

CSS = """
.strip {
  display: flex; flex-wrap: wrap; row-gap: 0.45rem; padding: 3px;
  font-family: var(--st-code-font); font-size: 0.86rem;
}
.break { flex-basis: 100%; height: 0; }
.chip {
  padding: 0.12rem 0.2rem 0.08rem; margin-left: 3px; min-width: 0.5rem; max-width: 100%;
  border-bottom: 3px solid var(--fact); border-radius: 3px 3px 0 0;
  cursor: pointer; white-space: pre; overflow-wrap: anywhere;
}
@media (pointer: coarse) { .chip { min-width: 1.5rem; text-align: center; } }
.chip.joined { margin-left: 0; padding-left: 0; }
.chip.first { border-left: 3px solid var(--fact); margin-left: 8px; padding-left: 0.25rem; }
.chip.last { border-right: 3px solid var(--fact); }
.chip:hover { filter: brightness(1.15); }
.chip[aria-selected="true"] {
  outline: 2px solid var(--st-text-color); outline-offset: 1px; font-weight: 700;
  position: relative; z-index: 1;
}
.chip:focus-visible { outline: 2px dashed var(--st-text-color); position: relative; z-index: 2; }
.tag {
  align-self: center; margin-left: 6px;
  font-size: 0.7rem; font-family: var(--st-font); color: var(--st-text-color);
}
.legend {
  margin-top: 0.5rem; opacity: 0.75;
  font-size: 0.78rem; font-family: var(--st-font); color: var(--st-text-color);
}
"""

# Roving tabindex: one Tab stop for the whole strip, arrows inside, as a list box should. The default export
# runs again at every change of data, so it rebuilds the chips and puts the focus back where it was.
JS = """
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const strip = parentElement.querySelector(".strip")
  const held = strip.contains(strip.getRootNode().activeElement)
  const before = Number(strip.dataset.at ?? -1)
  strip.setAttribute("aria-label", data.label)
  parentElement.querySelector(".legend").textContent = data.legend

  const chips = data.chips.map((chip, index) => {
    const element = document.createElement("span")
    element.className = ["chip", ...chip.marks].join(" ")
    element.textContent = chip.text
    element.title = chip.about
    element.dataset.index = index
    element.setAttribute("role", "option")
    element.setAttribute("aria-label", chip.about)
    element.setAttribute("aria-selected", index === data.selected ? "true" : "false")
    element.style.background = chip.background
    element.style.color = chip.ink
    element.style.setProperty("--fact", chip.fact)
    element.tabIndex = -1
    return element
  })
  const home = before >= 0 && before < chips.length ? before : (data.selected ?? 0)
  if (chips[home]) chips[home].tabIndex = 0

  const move = (to) => {
    if (!chips[to]) return
    chips.forEach((chip, i) => (chip.tabIndex = i === to ? 0 : -1))
    strip.dataset.at = to
    chips[to].focus()
  }
  const pick = (index) => { move(index); setTriggerValue("picked", index) }

  strip.onclick = (event) => {
    const chip = event.target.closest(".chip")
    if (chip) pick(Number(chip.dataset.index))
  }
  strip.onkeydown = (event) => {
    const chip = event.target.closest(".chip")
    if (!chip) return
    const at = Number(chip.dataset.index)
    const steps = {
      ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1,
      Home: 0, End: chips.length - 1,
    }
    if (event.key in steps) { event.preventDefault(); move(steps[event.key]) }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pick(at) }
  }

  const children = []
  chips.forEach((element, index) => {
    if (data.chips[index].tag) {
      const tag = document.createElement("span")
      tag.className = "tag"
      tag.textContent = data.chips[index].tag
      tag.setAttribute("aria-hidden", "true")
      children.push(tag)
    }
    children.push(element)
    if (data.chips[index].breaks) {
      const line = document.createElement("span")
      line.className = "break"
      children.push(line)
    }
  })
  strip.replaceChildren(...children)
  if (held && chips[home]) chips[home].focus({ preventScroll: true })
}
"""

_COMPONENT = st.components.v2.component("nocturne_token_strip", html=HTML, css=CSS, js=JS)


def weights(snapshot: CacheSnapshot, measure: Measure, layer: int | None = None) -> np.ndarray | None:
    """The measure per token, (T,), mean over the heads of one layer or of all. None: not measured."""
    values = layer_map(snapshot, measure)
    if values is None or not values.size:
        return None
    return values.mean(axis=0) if layer is None else values[layer]


def shares(snapshot: CacheSnapshot, measure: Measure, layer: int | None = None) -> np.ndarray | None:
    """Tint per token in 0 .. 1, (T,), as `weights`; the sink gets NaN. None: not measured."""
    means = weights(snapshot, measure, layer)
    if means is None:
        return None
    low, high = color_range(means)
    tints = np.clip((means - low) / (high - low), 0, 1)
    tints[0] = np.nan
    return tints


def chips(snapshot: CacheSnapshot, measure: Measure, dark: bool, layer: int | None = None) -> list[dict]:
    """One plain dict per token: what to write, in which colours, and where a bracket or a line begins."""
    tints = shares(snapshot, measure, layer)
    values = weights(snapshot, measure, layer)
    facts = [int(f) for f in snapshot.fact_of_token]
    found = []
    for i, token in enumerate(snapshot.tokens):
        first = i == 0 or facts[i - 1] != facts[i]
        last = i == len(facts) - 1 or facts[i + 1] != facts[i]
        shown = show_token(token)
        tint = np.nan if tints is None else tints[i]
        number = "" if values is None else f", {MEASURE_NAMES[measure]} {values[i]:.3g}"
        whose = "the sink" if i == 0 and facts[i] < 0 else fact_name(facts[i])
        marks = {"first": first, "last": last, "joined": not first and not shown.startswith((" ", "␣"))}
        found.append(
            {
                "text": shown.strip() or "␣",
                "about": f"entry {i}: {shown.strip()}, {whose}{number}",
                "marks": [mark for mark, on in marks.items() if on],
                "fact": fact_color(facts[i]),
                "tag": str(facts[i] + 1) if first and facts[i] >= 0 else "",
                # A line per fact: told sentences end in a newline, which would otherwise be invisible.
                "breaks": shown.endswith("⏎") or (last and facts[i] >= 0),
            }
            | _paint(tint, dark)
        )
    return found


def _paint(tint: float, dark: bool) -> dict[str, str]:
    """Background from the sequential scale, and the ink that reads on it."""
    if np.isnan(tint):
        return {"background": GRID[dark], "ink": INK[dark]}
    background = scale_color(float(tint), dark)
    return {"background": background, "ink": ink_on(background)}


def _legend(snapshot: CacheSnapshot, measure: Measure, layer: int | None) -> str:
    if not snapshot.tokens:
        return NOTHING
    values = weights(snapshot, measure, layer)
    if values is None:
        return NOT_ASKED
    low, high = (f"{v:.3g}" for v in color_range(values))
    where = "layers and heads" if layer is None else f"the heads of layer {layer + 1}"
    tint = f"Tint: {MEASURE_NAMES[measure]}, {low} (faint) to {high} (strong), mean over {where}"
    return f"{tint}. The sink (entry 0) is grey and off the scale. Number and underline: the fact it belongs to."


def token_strip(
    snapshot: CacheSnapshot,
    measure: Measure,
    *,
    dark: bool,
    key: str,
    on_pick: Callable[[], None],
    selected: int | None = None,
    layer: int | None = None,
) -> None:
    """Draw the strip. `on_pick` is called when a token is picked (click, Enter or Space): the state's `picked` is its index."""
    _COMPONENT(
        key=key,
        data={
            "chips": chips(snapshot, measure, dark, layer),
            "selected": selected,
            "label": f"The cache, token by token: {len(snapshot.tokens)} entries",
            "legend": _legend(snapshot, measure, layer),
        },
        on_picked_change=on_pick,
    )

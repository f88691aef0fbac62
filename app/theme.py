"""Colours, names and small text helpers shared by every picture. Knows plotly; never streamlit or torch.

One rule: a fact keeps its colour everywhere. The ten fact colours were searched by computer: any two stay
apart under normal sight and under simulated protanopia, deuteranopia and tritanopia (0.083 in OKLab or more),
and all contrast with both grounds by 2.8:1 or more. Words or shapes still repeat what a colour says.
"""

from __future__ import annotations

import plotly.graph_objects as go

FACT_COLORS = (
    "#3668dd",  # blue
    "#a88405",  # ochre
    "#b577f4",  # lavender
    "#067442",  # green
    "#f66277",  # coral
    "#54a29a",  # sea
    "#c32f0f",  # red
    "#854ca7",  # purple
    "#ae5577",  # clay
    "#867bbb",  # dusk
)
NO_FACT_COLOR = "#7d8496"  # the sink, and dreams that came from no fact

CONDITION_NAMES = {
    "blank": "never met you",
    "awake": "awake, facts in cache",
    "alone": "only this fact in cache",
    "amnesia": "cache cleared, before sleep",
    "slept": "after sleep, empty cache",
    "retrieval": "facts looked up",
    "long_context": "every sentence in view",
}
RECIPE_NAMES = {
    "full": "Full sleep",
    "journal": "Full sleep with a journal",
    "replay": "Plain replay",
    "seed": "Knowledge seeding",
    "cram": "Cramming",
    "placebo": "Placebo",
    "none": "No sleep",
}
CONDITION_COLORS = {
    "blank": "#878c9b",
    "awake": "#e08a00",
    "alone": "#9c5410",
    "amnesia": "#0f7f93",
    "slept": "#a184fb",
    "retrieval": "#5a8fc7",
    "long_context": "#b85c7f",
}
CONDITION_SYMBOLS = {
    "blank": "x",
    "awake": "diamond",
    "alone": "square",
    "amnesia": "circle",
    "slept": "star",
    "retrieval": "triangle-up",
    "long_context": "hexagon",
}

# Keyed by `dark`. The grounds of .streamlit/config.toml, so that figures stand in the page without a box.
GROUND = {True: "#0e1220", False: "#fbfaf6"}
SURFACE = {True: "#181e31", False: "#f0eee6"}
INK = {True: "#e8e6df", False: "#1d2130"}
FAINT_INK = {True: "#a3abc2", False: "#5a6175"}
GRID = {True: "#2b3350", False: "#d9d5c8"}
PRIMARY = {True: "#8ea2ec", False: "#4353c8"}
WARNING = {True: "#ff9d6b", False: "#b3400c"}
FONT = '"Source Sans", "Source Sans Pro", "Helvetica Neue", Arial, sans-serif'

# Lightness runs one way, away from the ground, so the scales survive greyscale and colour blindness.
SEQUENTIAL = {
    True: ("#1c2547", "#263363", "#314281", "#3e54a2", "#4f69c3", "#6a83dc", "#8ea2ec", "#b7c4f6", "#e4e9fd"),
    False: (
        "#dde1f6",
        "#c4cbef",
        "#a8b2e6",
        "#8b98dc",
        "#6f7dd1",
        "#5565c3",
        "#404fae",
        "#2f3c8f",
        "#202a69",
    ),
}


def blend(color: str, other: str, share: float) -> str:
    """`color` with `share` of `other` mixed in, both '#rrggbb'."""
    pairs = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def fact_color(number: int) -> str:
    """The colour of fact `number` (0, 1, ...), the same in every picture. Negative: no fact."""
    if number < 0:
        return NO_FACT_COLOR
    base = FACT_COLORS[number % len(FACT_COLORS)]
    # Every further ten repeats the hues, lighter, then darker, then from the start.
    turn = (number // len(FACT_COLORS)) % 3
    return (base, blend(base, "#ffffff", 0.28), blend(base, "#000000", 0.18))[turn]


def fact_ink(number: int, dark: bool = True) -> str:
    """The fact's colour for words: moved towards the ink, as small type needs more contrast."""
    return blend(fact_color(number), INK[dark], 0.4)


def fact_name(number: int | None) -> str:
    """What a person calls it: numbers start at 1 on screen."""
    return "no fact" if number is None or number < 0 else f"fact {number + 1}"


def short(text: str, n: int = 40) -> str:
    """`text` on one line, at most `n` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= n else line[: max(0, n - 1)].rstrip() + "…"


def escape_label(text: str) -> str:
    """Plotly reads labels as pseudo-HTML: `<b>` typed by a person must stay text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def label(text: str, n: int = 40) -> str:
    """Shortened, then escaped: the order matters, or an entity is cut in half."""
    return escape_label(short(text, n))


def show_token(token: str) -> str:
    """A cached token made visible: newlines as ⏎, byte-level space marks as spaces, a lone space as ␣."""
    shown = token.replace("Ġ", " ").replace("Ċ", "\n").replace("\r", "").replace("\n", "⏎").replace("\t", "⇥")
    return "␣" if shown.strip() == "" else shown


def template(dark: bool = True) -> go.layout.Template:
    """The one Plotly template of the app, for the night (dark) or the day."""
    title = dict(standoff=10, font=dict(size=13, color=FAINT_INK[dark]))
    axis = dict(gridcolor=GRID[dark], linecolor=GRID[dark], zeroline=False, automargin=True, ticks="", title=title)
    return go.layout.Template(
        layout=dict(
            paper_bgcolor=GROUND[dark],
            plot_bgcolor=GROUND[dark],
            font=dict(family=FONT, size=13, color=INK[dark]),
            colorway=list(FACT_COLORS),
            colorscale=dict(sequential=color_scale(dark)),
            hoverlabel=dict(bgcolor=SURFACE[dark], bordercolor=GRID[dark], font=dict(color=INK[dark], family=FONT)),
            legend=dict(orientation="h", yanchor="bottom", y=1.02, xanchor="left", x=0, title_text=""),
            margin=dict(l=10, r=16, t=16, b=10),
            dragmode=False,  # a click selects; dragging by accident must not zoom
            xaxis=axis,
            yaxis=axis,
        )
    )


def color_scale(dark: bool = True) -> list[list]:
    """SEQUENTIAL as Plotly wants it: [[0.0, color], ..., [1.0, color]]."""
    colors = SEQUENTIAL[dark]
    return [[i / (len(colors) - 1), color] for i, color in enumerate(colors)]


def diverging_scale(dark: bool = True) -> list[list]:
    """Less than nothing in orange, nothing like the ground, more in blue: told apart by the colour-blind too."""
    return [[0.0, WARNING[dark]], [0.5, SURFACE[dark]], [1.0, PRIMARY[dark]]]


def diverging_ink(value: float, limit: float, dark: bool = True) -> str:
    """Ink that reads on the colour of `value` on a diverging scale from -limit to limit."""
    end = WARNING[dark] if value < 0 else PRIMARY[dark]
    return ink_on(blend(SURFACE[dark], end, min(abs(value) / limit, 1.0)))


def scale_color(share: float, dark: bool = True) -> str:
    """The colour at `share` (0 .. 1) of SEQUENTIAL."""
    colors = SEQUENTIAL[dark]
    place = min(max(share, 0.0), 1.0) * (len(colors) - 1)
    low = min(int(place), len(colors) - 2)
    return blend(colors[low], colors[low + 1], place - low)


def _luminance(color: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [c / 255 for c in bytes.fromhex(color[1:])]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ink_on(color: str) -> str:
    """Light or dark ink, whichever contrasts more with `color`."""
    # The two contrasts are equal at a luminance of 0.21.
    return "#ffffff" if _luminance(color) < 0.21 else INK[False]


def empty_figure(message: str, dark: bool = True, height: int = 160) -> go.Figure:
    """A picture with nothing to show yet says what to do, instead of showing empty axes."""
    fig = go.Figure(layout=dict(template=template(dark), height=height))
    fig.update_xaxes(visible=False).update_yaxes(visible=False)
    fig.add_annotation(
        text=escape_label(message),
        showarrow=False,
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        font_color=FAINT_INK[dark],
    )
    return fig

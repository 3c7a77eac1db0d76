"""Charts of a report as static SVG, written as the markup that it is.

Its elements carry the page's own CSS classes, so a chart follows light and dark, the phone and the printer,
and stays text that can be searched and read aloud. That takes six elements, which need no library: svg.py
builds an object for each point of a line, and loading it takes longer than drawing all charts of a page.
matplotlib draws text as outlines in fixed colours and brings a numerical stack, altair needs a JavaScript
engine of 40 MB to render, pygal writes a script and a stylesheet of its own into each chart, plotly needs
its script to show anything. What people compare by length (reasons, cycles, flows, steps) is HTML bars:
their words keep their size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

from markupsafe import Markup

#: A chart is drawn for a phone; on a wider page it grows.
WIDTH, HEIGHT = 480, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 10, 12, 26
_DAY = 86_400

Scale = Callable[[int], float]
Points = Sequence[tuple[int, int | Fraction]]


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values lie on the chart, and how a value is written beside it."""

    low: Fraction
    high: Fraction

    def y(self, value: int | Fraction) -> float:
        """From the top, in the chart's own units."""
        above, under, scale = self.high.numerator, self.low.numerator, self.high.denominator
        span = above * self.low.denominator - under * scale
        below = (above * value.denominator - value.numerator * scale) * self.low.denominator
        whole = span * value.denominator
        return _hundredths(_TOP * whole + (HEIGHT - _TOP - _BOTTOM) * below, whole)


def _hundredths(part: int, whole: int) -> float:
    """``part / whole`` to two decimals, half to even: exact, and quicker than a ``Fraction``."""
    count, rest = divmod(100 * part, whole)
    up = 2 * rest > whole or (2 * rest == whole and count % 2)
    return (count + bool(up)) / 100


def compact(value: int | Fraction, decimals: int = 3) -> str:
    """A number of whole units with a suffix: ``1.5 M``."""
    size = abs(Fraction(value))
    for power, suffix in ((12, " T"), (9, " bn"), (6, " M"), (3, " k")):
        if size >= 10**power:
            return _short(Fraction(value, 10**power), decimals) + suffix
    return _short(Fraction(value), decimals)


def _short(value: Fraction, decimals: int) -> str:
    text = f"{float(round(value, decimals)):.{decimals}f}".rstrip("0").rstrip(".")
    return text if text != "-0" else "0"


def axis_of(values: Sequence[int | Fraction], from_zero: bool = True) -> tuple[Axis, list[Fraction]]:
    """An axis that holds all values, and the round numbers to mark on it."""
    low, high = Fraction(min(values, default=0)), Fraction(max(values, default=0))
    low = min(low, Fraction(0)) if from_zero else low
    if high == low:
        low, high = (low, high + 1) if from_zero else (low * Fraction(9, 10), high * Fraction(11, 10))
    step = _round_step((high - low) / 4)
    first, last = low // step, -(-high // step)
    ticks = [step * number for number in range(int(first), int(last) + 1)]
    return Axis(ticks[0], ticks[-1]), ticks


def _round_step(rough: Fraction) -> Fraction:
    """The smallest of 1, 2, 2.5 or 5 times a power of ten that is not below ``rough``."""
    power = Fraction(1)
    while power > rough:
        power /= 10
    while power * 10 <= rough:
        power *= 10
    return next(power * m for m in (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5), Fraction(10))
                if power * m >= rough)  # fmt: skip


def line_chart(
    name: str,
    title: str,
    description: str,
    series: Mapping[str, Points],
    *,
    unit: int = 1,
    suffix: str = "",
    floor: int | Fraction | None = None,
    from_zero: bool = True,
    bands: Sequence[tuple[int, int]] = (),
) -> Markup:
    """Values that hold until the next one, over time (epoch seconds): one stepped line for each series.

    ``unit`` minor units make the number written at the axis, followed by ``suffix``; ``floor`` is drawn
    dashed, over the lines, and ``bands`` of time (from and until, epoch seconds) are shaded.
    """
    times = [at for points in series.values() for at, _ in points]
    values = [value for points in series.values() for _, value in points]
    axis, ticks = axis_of([*values, *([floor] if floor is not None else [])], from_zero)
    start, end = min(times), max(max(times), min(times) + _DAY)

    def x(at: int) -> float:
        whole = end - start
        return _hundredths(_LEFT * whole + (at - start) * (WIDTH - _LEFT - _RIGHT), whole)

    elements = [*_named(name, title, description), *_scale(axis, ticks, unit, suffix)]
    elements += _shaded(bands, start, end, x)
    elements += _days(start, end, x)
    for index, points in enumerate(series.values()):
        elements.append(_tag("path", class_=f"line s{index % 8}", d=_stepped(points, x, axis, end)))
    if floor is not None:
        elements.append(_across(axis.y(floor), "floor"))
    return _drawn(name, elements)


@dataclass(frozen=True, slots=True)
class Box:
    """A distribution to draw: its values, and the five that make a box with whiskers, lowest first."""

    label: str
    values: Sequence[Fraction]
    marks: tuple[Fraction, Fraction, Fraction, Fraction, Fraction]


#: More values than this are a cloud, which the box says better.
_MOST_DOTS = 60


def box_chart(name: str, title: str, description: str, boxes: Sequence[Box], *, suffix: str = "") -> Markup:
    """Distributions side by side: a box with whiskers for each, its values beside each other behind it.

    Where all values of one are the same, it is a dot. A value is written at the axis followed by ``suffix``.
    """
    axis, ticks = axis_of([value for box in boxes for value in (*box.values, *box.marks)], from_zero=False)
    apart = (WIDTH - _LEFT - _RIGHT) / len(boxes)
    elements = [*_named(name, title, description), *_scale(axis, ticks, 1, suffix)]
    for index, box in enumerate(boxes):
        middle = round(_LEFT + apart * (index + 0.5), 2)
        elements += _box(box, axis, middle, min(apart * 0.34, 26))
        elements.append(_tick(middle, HEIGHT - 8, box.label, "middle"))
    return _drawn(name, elements)


def _box(box: Box, axis: Axis, middle: float, half: float) -> Iterator[Markup]:
    low, q1, median, q3, high = map(axis.y, box.marks)
    if min(box.values) == max(box.values):
        yield _tag("circle", class_="same", cx=middle, cy=median, r=5)
        return
    for end, edge in ((low, q1), (high, q3)):
        yield _line(middle, end, middle, edge, "whisker")
        yield _line(round(middle - half / 2, 2), end, round(middle + half / 2, 2), end, "whisker")
    left, width = round(middle - half, 2), round(2 * half, 2)
    yield _tag("rect", class_="box", x=left, y=q3, width=width, height=round(max(q1 - q3, 1), 2))
    if len(box.values) <= _MOST_DOTS:
        for index, value in enumerate(box.values):
            # Spread out evenly but in no order, so that equal values do not hide each other.
            aside = half * ((index * 7 % 11) / 5 - 1) * 0.8
            yield _tag("circle", class_="dot", cx=round(middle + aside, 2), cy=axis.y(value), r=2)
    yield _line(left, median, round(left + width, 2), median, "middle")


def _named(name: str, title: str, description: str) -> list[Markup]:
    """What a chart says to those who do not see it."""
    return [
        _tag("title", title, id=f"{name}-title"),
        _tag("desc", description, id=f"{name}-desc"),
    ]


def _scale(axis: Axis, ticks: Sequence[Fraction], unit: int, suffix: str) -> Iterator[Markup]:
    """Lines across with their values, as fine as it takes to tell them apart."""
    written = ([compact(tick / unit, decimals) for tick in ticks] for decimals in range(3, 16))
    words = next((texts for texts in written if len({*texts}) == len(ticks)), [""] * len(ticks))
    for tick, text in zip(ticks, words, strict=True):
        y = axis.y(tick)
        yield _across(y, "grid")
        yield _tick(_LEFT - 6, y + 4, text + suffix, "end")


def _drawn(name: str, elements: list[Markup]) -> Markup:
    return _tag(
        "svg",
        Markup().join(elements),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        class_="chart",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
    )


def _tag(name: str, content: str = "", **attributes: str | float) -> Markup:
    """An element with its attributes, in which ``_`` stands for a hyphen and none at the end."""
    known = ((key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    start = Markup().join([Markup("<"), name, *(Markup(' {}="{}"').format(*pair) for pair in known)])
    return Markup("{}>{}</{}>").format(start, content, name) if content else start + Markup("/>")


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return _tag("line", class_=kind, x1=x1, y1=y1, x2=x2, y2=y2)


def _tick(x: float, y: float, text: str, anchor: str) -> Markup:
    return _tag("text", text, text_anchor=anchor, class_="tick", x=x, y=y)


def _shaded(bands: Sequence[tuple[int, int]], start: int, end: int, x: Scale) -> list[Markup]:
    """What the chart shows of each band, from top to foot."""
    shown = [(max(since, start), min(until, end)) for since, until in bands]
    return [
        _tag(
            "rect",
            class_="band",
            x=x(since),
            y=_TOP,
            width=x(until) - x(since),
            height=HEIGHT - _TOP - _BOTTOM,
        )
        for since, until in shown
        if since < until
    ]


def _across(y: float, kind: str) -> Markup:
    return _line(_LEFT, y, WIDTH - _RIGHT, y, kind)


def _days(start: int, end: int, x: Scale) -> list[Markup]:
    """A few dates along the foot, each at a midnight."""
    days = max((end - start) // _DAY, 1)
    apart = -(-days // 4)
    first = -(-start // _DAY) * _DAY
    marks: list[Markup] = []
    for at in range(first, end + 1, apart * _DAY):
        moment = datetime.fromtimestamp(at, UTC)
        text = f"{moment.day} {moment:%b}"
        place = x(at)
        marks.append(_line(place, HEIGHT - _BOTTOM, place, HEIGHT - _BOTTOM + 4, "grid"))
        marks.append(_tick(place, HEIGHT - 8, text, _anchor(place)))
    return marks


def _anchor(place: float) -> str:
    """Where a date is held, so that none leaves the chart."""
    if place < _LEFT + 20:
        return "start"
    return "end" if place > WIDTH - _RIGHT - 24 else "middle"


def _stepped(points: Points, x: Scale, axis: Axis, end: int) -> str:
    (start, first), *places = [(x(at), axis.y(value)) for at, value in points]
    path, last = [f"M {start} {first}"], first
    for at, value in places:
        path.append(f"L {at} {last} L {at} {value}")
        last = value
    return " ".join([*path, f"L {x(end)} {last}"])

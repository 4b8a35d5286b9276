"""What scripts/bench writes of the results of one run: a table and a chart. python3 report.py RESULTS.json [DIRECTORY]"""

import html
import json
import math
import pathlib
import sys

BEGIN, END = "<!-- table: written by scripts/bench --publish -->\n", "<!-- end of the table -->\n"
# Own contenders: key in weir-bench's JSON, name, colour. Peers have the colours that follow.
OWN = [
    ("weir", "weir", "#0b5cad"),
    ("arrays", "weir, array functions", "#4fa3f7"),
    ("opaque", "C through pointers", "#222222"),
    ("inlined", "C inlined", "#9a9a9a"),
]
PEER_COLOURS = ["#c2410c", "#f59e0b", "#b8256e", "#15803d", "#7c3aed", "#0f766e"]


def number(value):
    if value is None:
        return "–"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def peer_result(peer, row):
    result = peer.get("rows", {}).get(row, {})
    return result if "minimum" in result else None


def names_of_peers(results):
    return [name for name, peer in results["peers"].items() if peer.get("rows")]


def spread(results):
    """How much the median of the hand-written C is above its minimum, in the middle row: how noisy the machine was."""
    above = sorted(row["opaque"]["median"] / row["opaque"]["minimum"] - 1 for row in results["rows"])
    return above[len(above) // 2]


def facts(results):
    machine = results["machine"]
    versions = [f"{name} {one['version']}" for name, peer in results["peers"].items() for one in versions_of(peer)]
    tools = [machine["compiler"], machine["node"] and f"node {machine['node']}", machine["java"]]
    load = [f"{value:.1f}" for value in (results["load_before"][0], results["load_after"][0])]
    yield f"{results['date']}, revision {results['revision']}"
    yield (
        f"{machine['processor']}, {machine['processors']} processors, {machine['memory_kib'] / 2**20:.0f} GiB;"
        f" {machine['system']}, kernel {machine['kernel']}"
    )
    yield "; ".join([tool for tool in tools if tool] + versions)
    settings = results["settings"]
    yield (
        f"minimum of {settings['rounds']} × {settings['repetitions']} repetitions; peers: each time after at least"
        f" {settings['warm_up']} s of warm-up"
    )
    busy = results["load_before"][0] > 0.5
    yield (
        f"load average (1 min) {load[0]} before, {load[1]} after"
        + (": **the machine was busy with other work**; compare within rows only" if busy else "")
        + f". The median of hand-written C was {spread(results):.0%} above its minimum in the middle row"
    )
    for name, peer in results["peers"].items():
        if "missing" in peer:
            yield f"missing: {name} (no {', '.join(pathlib.Path(need).name for need in peer['missing'])})"
        for row, result in peer.get("rows", {}).items():
            if "failed" in result:
                yield f"failed: {name}, {row}: {result['failed']}"


def versions_of(peer):
    """The first result that tells it, in a list; or none."""
    return [one for one in peer.get("rows", {}).values() if "version" in one][:1]


def table(results):
    names = names_of_peers(results)
    heads = ["row", "weir", "with arrays", "C through pointers", "C inlined", "ratio", "ratio, arrays", *names, "best peer ÷ weir"]
    lines = ["| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1)]
    for row in results["rows"]:
        found = {name: peer_result(results["peers"][name], row["row"]) for name in names}
        best = min((result["minimum"] for result in found.values() if result), default=None)
        arrays = row["arrays_ratio"]
        lines.append(
            "| "
            + " | ".join(
                [
                    f"**{row['row']}** {row['what']}",
                    f"**{number(row['weir']['minimum'])}**",
                    *(number(row[key] and row[key]["minimum"]) for key in ("arrays", "opaque", "inlined")),
                    f"{row['ratio']:.2f}×",
                    f"{arrays:.2f}×" if arrays else "–",
                    *(number(found[name] and found[name]["minimum"]) for name in names),
                    f"{best / row['weir']['minimum']:.1f}×" if best else "–",
                ]
            )
            + " |"
        )
    return "\n".join(
        ["Nanoseconds per item. *ratio*: weir to hand-written C through pointers.", "", *lines, ""]
        + [f"- {fact}" for fact in facts(results)]
        + [""]
    )


def chart(results):
    """A lane for each row, a dot for each contender, on a logarithmic scale."""
    names = names_of_peers(results)
    series = [*OWN, *((name, name, PEER_COLOURS[index % len(PEER_COLOURS)]) for index, name in enumerate(names))]
    lanes = []
    for row in results["rows"]:
        dots = {key: row[key]["minimum"] for key, _, _ in OWN if row[key]}
        for name in names:
            result = peer_result(results["peers"][name], row["row"])
            if result:
                dots[name] = result["minimum"]
        lanes.append((row, dots))
    every = [value for _, dots in lanes for value in dots.values() if value > 0]
    low, high = math.floor(math.log10(min(every))), math.ceil(math.log10(max(every)))
    high = max(high, low + 1)
    left, right, top, lane = 250, 45, 92, 34
    width, height = 1060, top + lane * len(lanes) + 48

    def x(value):
        return left + (math.log10(max(value, 10**low)) - low) / (high - low) * (width - left - right)

    def text(at_x, at_y, words, size=12, anchor="start", weight="normal", colour="#222222"):
        words = html.escape(words)
        return (
            f'<text x="{at_x:.1f}" y="{at_y:.1f}" font-size="{size}" text-anchor="{anchor}" font-weight="{weight}"'
            f' fill="{colour}">{words}</text>'
        )

    bottom = top + lane * len(lanes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' font-family="sans-serif">',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(16, 26, "Nanoseconds per item (logarithmic; further left is better)", 16, weight="bold"),
    ]
    at_x, at_y = 16, 50
    for _, name, colour in series:
        if at_x + 22 + 6.6 * len(name) > width - 16:
            at_x, at_y = 16, at_y + 20
        lines.append(f'<circle cx="{at_x + 5}" cy="{at_y - 4}" r="5" fill="{colour}"/>')
        lines.append(text(at_x + 14, at_y, name))
        at_x += 32 + 6.6 * len(name)
    for power in range(low, high + 1):
        lines.append(f'<line x1="{x(10**power):.1f}" y1="{top}" x2="{x(10**power):.1f}" y2="{bottom}" stroke="#cccccc"/>')
        lines.append(text(x(10**power), bottom + 18, f"{10**power:,} ns" if power >= 0 else f"{10.0**power:g} ns", anchor="middle"))
    for index, (row, dots) in enumerate(lanes):
        middle = top + lane * index + lane / 2
        if index % 2 == 0:
            lines.insert(3, f'<rect x="0" y="{top + lane * index}" width="{width}" height="{lane}" fill="#f6f6f6"/>')
        lines.append(text(16, middle + 4, row["row"], weight="bold"))
        lines.append(text(66, middle + 4, row["what"][:30], 11))
        lines.append(
            f'<line x1="{x(min(dots.values())):.1f}" y1="{middle:.1f}" x2="{x(max(dots.values())):.1f}" y2="{middle:.1f}"'
            ' stroke="#bbbbbb"/>'
        )
        # weir comes last, on top.
        for key, name, colour in reversed(series):
            if key in dots:
                size = 7 if key == "weir" else 5
                lines.append(
                    f'<circle cx="{x(dots[key]):.1f}" cy="{middle:.1f}" r="{size}" fill="{colour}" fill-opacity="0.9"'
                    f' stroke="#ffffff"><title>{html.escape(name)}: {number(dots[key])} ns</title></circle>'
                )
    load = results["load_before"][0]
    lines.append(
        text(16, height - 8, f"{results['date']}; {results['machine']['processor']}; load average {load:.1f}", 11, colour="#666666")
    )
    return "\n".join([*lines, "</svg>", ""])


def write(results, directory, document=None):
    """Returns the paths written; with a document, the table goes between its two marks."""
    directory.mkdir(parents=True, exist_ok=True)
    parts = {"results.json": json.dumps(results, indent=1) + "\n", "table.md": table(results), "chart.svg": chart(results)}
    for name, content in parts.items():
        (directory / name).write_text(content)
    written = [directory / name for name in parts]
    if document:
        before, rest = document.read_text().split(BEGIN)
        document.write_text(before + BEGIN + "\n" + parts["table.md"] + "\n" + END + rest.split(END)[1])
        written.append(document)
    return written


if __name__ == "__main__":
    source = pathlib.Path(sys.argv[1])
    target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else source.parent
    for path in write(json.loads(source.read_text()), target):
        print(path)

"""A drawing in SVG that is readable on light and dark ground: shapes and text by class, colours in one style sheet."""

from xml.sax.saxutils import escape

STYLE = """
  svg { color-scheme: light dark; background: var(--ground); font: 13px system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
  svg { --ground: #ffffff; --ink: #1c2024; --faint: #697079; --rule: #d5d9de; --band: #f3f5f7 }
  svg { --c0: #0b62d6; --c1: #c2410c; --c2: #5b6b7a; --c3: #15803d; --c4: #9333ea; --c5: #b08900 }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #14171a; --ink: #e8eaed; --faint: #9aa3ad; --rule: #3a4149; --band: #1c2126 }
    svg { --c0: #5aa2ff; --c1: #ff9a5c; --c2: #9fb0c0; --c3: #4fcf7d; --c4: #c792ff; --c5: #e6c14a }
  }
  text { fill: var(--ink) } .faint { fill: var(--faint) } .head { font-weight: 600 } .title { font-size: 18px; font-weight: 600 }
  .rule { stroke: var(--rule); fill: none } .band { fill: var(--band) } .strong { stroke: var(--ink); stroke-width: 1.5 }
"""


class Drawing:
    def __init__(self, width, height, title):
        self.width, self.height, self.title = width, height, title
        self.parts = []

    def text(self, x, y, words, kind="", anchor="start", color=None):
        style = f' style="fill: var(--c{color})"' if color is not None else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}"{style}>{escape(words)}</text>')

    def line(self, x1, y1, x2, y2, kind="rule"):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>')

    def bar(self, x, y, width, height, color=None, kind="band", hint=""):
        style = f' style="fill: var(--c{color})"' if color is not None else f' class="{kind}"'
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{height:.1f}" rx="2"{style}>'
                          f"<title>{escape(hint)}</title></rect>")

    def mark(self, x, y, shape, color, hint=""):
        """A disc, a diamond or a square, of about ten pixels."""
        shapes = {"disc": "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0", "diamond": "M0,-6L6,0L0,6L-6,0Z", "square": "M-4.5,-4.5h9v9h-9Z"}
        self.parts.append(f'<path d="{shapes[shape]}" transform="translate({x:.1f},{y:.1f})" '
                          f'style="fill: var(--c{color}); stroke: var(--ground); stroke-width: 1">'
                          f"<title>{escape(hint)}</title></path>")

    def path(self, points, color, width=2.2):
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{where}" style="fill: none; stroke: var(--c{color}); stroke-width: {width}"/>')

    def area(self, points, bottom, color):
        """What lies between a line and the bottom."""
        where = " ".join(f"{x:.1f},{y:.1f}" for x, y in [(points[0][0], bottom), *points, (points[-1][0], bottom)])
        self.parts.append(f'<polygon points="{where}" style="fill: var(--c{color}); opacity: .3"/>')

    def write(self, file):
        with open(file, "w", encoding="utf-8") as out:
            out.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" width="{self.width}" '
                      f'height="{self.height}" role="img">\n<title>{escape(self.title)}</title>\n<style>{STYLE}</style>\n'
                      f'<rect width="{self.width}" height="{self.height}" style="fill: var(--ground)"/>\n')
            out.write("\n".join(self.parts) + "\n</svg>\n")

"""A piece of a C++ file with its changes.

A Point knows how to write its piece so that all its changes are compiled in and a number chooses among them at run time
(point.h). Points nest, and never overlap otherwise.
"""

RELATIONS = {"<": ("kLess", "<=", ">="), "<=": ("kLessEqual", "<", ">"), ">": ("kGreater", ">=", "<="),
             ">=": ("kGreaterEqual", ">", "<"), "==": ("kEqual", None, "!="), "!=": ("kNotEqual", None, "==")}


class Point:
    """A piece [start, end) of a file, its changes as texts for the whole piece, and how it is written guarded."""

    def __init__(self, kind, start, end, changes, parts=(), extra=""):
        self.kind, self.start, self.end, self.changes = kind, start, end, changes
        self.parts, self.extra = parts, extra  # operands as (start, end) pairs; whatever else the writing needs
        self.function, self.function_range, self.line = "", (0, 0), 0

    def write(self, number, inner):
        """inner(start, end) is the text of that range with the points inside it guarded."""
        name = "::nut::mutation::"
        whole = [inner(*part) for part in self.parts]
        if self.kind == "relation":
            kind, edge, _ = RELATIONS[self.extra]
            relation = f"{name}Relation::"
            if edge is None:
                return f"{name}Equate<{relation}{kind}>({number}, {whole[0]}, {whole[1]})"
            return f"{name}Relate<{relation}{kind}, {relation}{RELATIONS[edge][0]}>({number}, {whole[0]}, {whole[1]})"
        if self.kind == "logic":
            side = "And" if self.extra == "&&" else "Or"
            left = f"{name}{side}Left({number}, static_cast<bool>({whole[0]}))"
            right = f"{name}{side}Right({number}, static_cast<bool>({whole[1]}))"
            arms = "".join(f"{name}Is({number + at}) ? static_cast<bool>({text}) : " for at, text in enumerate(self.changes))
            return f"({arms}({left} {self.extra} {right}))"
        if self.kind == "circle":
            return (f"{name}Negate({number + 1}, {name}Either({number}, {inner(self.start, self.end, self)}, "
                    f"{self.changes[0]}))")
        if self.kind == "negate":
            return f"{name}Negate({number}, static_cast<bool>({inner(self.start, self.end, self)}))"
        if self.kind == "extreme":
            return f"{name}{self.extra}({number}, {whole[0]}, {whole[1]})"
        if self.kind == "drop":
            return f"{{ if (!{name}On({number})) {inner(self.start, self.end, self)} }}"
        arms = "".join(f"{name}On({number + at}) ? {self.cast(text)} : " for at, text in enumerate(self.changes))
        return f"({arms}{self.cast(inner(self.start, self.end, self))})"

    def cast(self, text):
        return f"static_cast<{self.extra}>({text})" if self.extra else f"({text})"

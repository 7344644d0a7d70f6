"""Where a C++ file can be changed, found in clang's syntax tree.

Left alone is what belongs to the compiler (constexpr, case labels, template arguments), what comes out of macros
(NUT_INVARIANT with them), and the step of a for loop, whose changes only cost time.
"""

import re
import sys

try:
    from clang import cindex
except ImportError:  # another interpreter than Debian's
    sys.path.append("/usr/lib/python3/dist-packages")
    from clang import cindex

from points import RELATIONS, Point  # noqa: E402

Kind = cindex.CursorKind

# Orders on the circle of sequence numbers: the neighbour at the edge.
CIRCLE = {"Before": "AtOrBefore", "AtOrBefore": "Before", "After": "AtOrAfter", "AtOrAfter": "After"}
ARITHMETIC = {"+": "-", "-": "+", "*": "/", "/": "*", "%": "*", "&": "|", "|": "&", "^": "|", "<<": ">>", ">>": "<<"}
COMPOUND = {operator + "=": changed + "=" for operator, changed in ARITHMETIC.items()}
FUNCTIONS = {Kind.FUNCTION_DECL, Kind.CXX_METHOD, Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION_FUNCTION,
             Kind.FUNCTION_TEMPLATE}
SCOPES = {Kind.NAMESPACE, Kind.CLASS_DECL, Kind.STRUCT_DECL, Kind.CLASS_TEMPLATE, Kind.CLASS_TEMPLATE_PARTIAL_SPECIALIZATION,
          Kind.LINKAGE_SPEC, Kind.UNEXPOSED_DECL, Kind.FRIEND_DECL, Kind.UNION_DECL}
REFERENCES = {Kind.TYPE_REF, Kind.TEMPLATE_REF, Kind.NAMESPACE_REF, Kind.MEMBER_REF, Kind.OVERLOADED_DECL_REF, Kind.LABEL_REF}
LEAVES = {Kind.CALL_EXPR, Kind.MEMBER_REF_EXPR, Kind.DECL_REF_EXPR}
WRAPPERS = {Kind.UNEXPOSED_EXPR, Kind.PAREN_EXPR}
INTEGERS = {"int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long", "short", "unsigned short",
            "unsigned char", "signed char", "char"}
OPERATOR = re.compile(r"<=>|<<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^<>=]")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def strip_literal(text):
    digits = text.rstrip("uUlL").replace("'", "")
    if re.fullmatch(r"0[xX][0-9a-fA-F]+|0[bB][01]+|[1-9]\d*|0", digits):
        return int(digits, 0), text[len(text.rstrip("uUlL")):]
    return None, ""


def near(value):
    return [1] if value == 0 else [value + 1, value - 1]


class Finder:
    """Walks the syntax tree of one file."""

    def __init__(self, path, text, arguments):
        self.path, self.text, self.points = path, text, []
        options = cindex.TranslationUnit.PARSE_DETAILED_PROCESSING_RECORD
        unit = cindex.Index.create().parse(path, args=arguments, options=options)
        errors = [one for one in unit.diagnostics if one.severity >= cindex.Diagnostic.Error]
        if errors:
            raise ValueError(f"{path}: clang does not understand it: {errors[0]}")
        self.macros = [self.range_of(one) for one in unit.cursor.get_children()
                       if one.kind == Kind.MACRO_INSTANTIATION and self.is_here(one)]
        self.function, self.function_range, self.returns_nothing, self.last = "", (0, 0), False, None
        self.labels = []
        for child in unit.cursor.get_children():
            if self.is_here(child):
                self.declaration(child, "")

    def is_here(self, cursor):
        return cursor.location.file is not None and cursor.location.file.name == self.path

    def range_of(self, cursor):
        return cursor.extent.start.offset, cursor.extent.end.offset

    def raw(self, cursor):
        return self.text[cursor.extent.start.offset:cursor.extent.end.offset]

    def add(self, kind, start, end, changes, parts=(), extra=""):
        if not changes or start >= end or any(start < stop and begin < end for begin, stop in self.macros):
            return
        for one in self.points:
            if (one.start, one.end) == (start, end) and one.kind == kind:
                return
            if one.start < start < one.end < end or start < one.start < end < one.end:
                return
        point = Point(kind, start, end, changes, parts, extra)
        point.function, point.function_range = self.function, self.function_range
        point.line = self.text.count("\n", 0, start) + 1
        self.points.append(point)

    # Declarations

    def declaration(self, cursor, scope):
        if cursor.kind in SCOPES:
            inside = f"{scope}{cursor.spelling}::" if cursor.spelling and cursor.kind != Kind.NAMESPACE else scope
            for child in cursor.get_children():
                self.declaration(child, inside)
        elif cursor.kind == Kind.FIELD_DECL:
            self.function, self.function_range = f"{scope}{cursor.spelling}", self.range_of(cursor)
            children = [child for child in cursor.get_children() if child.kind not in REFERENCES]
            for child in children[1 if cursor.is_bitfield() else 0:]:
                if child.extent.start.offset > cursor.location.offset:  # in front of the name stands the type
                    self.initialiser(child)
        elif cursor.kind in FUNCTIONS and cursor.is_definition():
            parent = cursor.semantic_parent
            owner = f"{parent.spelling}::" if parent is not None and parent.kind in SCOPES and parent.kind != Kind.NAMESPACE else ""
            self.body_of(cursor, owner + re.sub(r"<.*", "", cursor.spelling))

    def body_of(self, cursor, name):
        outer = self.function, self.function_range, self.returns_nothing, self.last
        self.function, self.function_range = name, self.range_of(cursor)
        result = cursor.result_type.spelling if cursor.kind != Kind.LAMBDA_EXPR else ""
        self.returns_nothing = cursor.kind in (Kind.CONSTRUCTOR, Kind.DESTRUCTOR) or result == "void"
        for child in cursor.get_children():
            if child.kind == Kind.COMPOUND_STMT:
                statements = list(child.get_children())
                self.last = statements[-1] if statements else None
                self.statement(child)
            elif child.kind.is_expression():  # of a constructor's list
                self.expression(child)
        self.function, self.function_range, self.returns_nothing, self.last = outer

    # Statements

    def statement(self, cursor):
        kind = cursor.kind
        children = list(cursor.get_children())
        if kind == Kind.COMPOUND_STMT:
            for child in children:
                self.statement(child)
        elif kind == Kind.DECL_STMT:
            if not re.match(r"(static\s+)?constexpr\b|using\b|static_assert\b", self.raw(cursor)):
                for child in children:
                    self.variable(child)
        elif kind in (Kind.IF_STMT, Kind.WHILE_STMT, Kind.FOR_STMT, Kind.SWITCH_STMT, Kind.CXX_FOR_RANGE_STMT):
            self.headed(cursor, children)
        elif kind in (Kind.CASE_STMT, Kind.DEFAULT_STMT):
            self.statement(children[-1])
        elif kind == Kind.DO_STMT:
            self.statement(children[0])
            self.condition(children[-1])
        elif kind == Kind.RETURN_STMT:
            self.drop(cursor)
            for child in children:
                self.condition(child)
        elif kind in (Kind.BREAK_STMT, Kind.CONTINUE_STMT) or kind.is_expression():
            self.drop(cursor)
            if kind.is_expression():
                self.expression(cursor)

    def headed(self, cursor, children):
        start = cursor.extent.start.offset
        end = self.closing(self.text.index("(", start))
        constant = re.match(r"if\s+constexpr\b", self.raw(cursor))
        declared = [self.range_of(child) for child in children if child.kind == Kind.VAR_DECL]
        for child in children:
            begin, stop = self.range_of(child)
            if begin >= end:
                self.statement(child)
            elif constant or cursor.kind == Kind.CXX_FOR_RANGE_STMT and child.kind != Kind.VAR_DECL and not child.kind.is_expression():
                continue
            elif child.kind in (Kind.VAR_DECL, Kind.DECL_STMT):
                for one in [child] if child.kind == Kind.VAR_DECL else child.get_children():
                    self.variable(one)
            elif any(first <= begin < last for first, last in declared):
                continue
            elif cursor.kind in (Kind.IF_STMT, Kind.WHILE_STMT):
                self.condition(child)
            elif cursor.kind != Kind.FOR_STMT or not re.match(r"\+\+|--", self.raw(child)):
                self.expression(child)

    def closing(self, at):
        """Behind the bracket that closes the one at `at`."""
        depth, pattern = 0, re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'|//[^\n]*|/\*.*?\*/|[()]', re.S)
        for token in pattern.finditer(self.text, at):
            depth += {"(": 1, ")": -1}.get(token.group(), 0)
            if depth == 0:
                return token.end()
        raise ValueError(f"{self.path}: a bracket is not closed")

    def variable(self, cursor):
        if cursor.kind == Kind.VAR_DECL and not re.search(r"\bconstexpr\b", self.raw(cursor)):
            for child in cursor.get_children():
                start = child.extent.start.offset
                if child.kind not in REFERENCES and start > cursor.location.offset and not self.text[:start].rstrip().endswith("["):
                    self.initialiser(child)

    def initialiser(self, cursor):
        if cursor.type.spelling in ("bool", "const bool"):
            self.condition(cursor)
        else:
            self.expression(cursor)

    def drop(self, cursor):
        start, end = self.range_of(cursor)
        behind = re.compile(r"\s*;").match(self.text, end)
        if not behind or re.match(r"static_cast<void>|\(void\)", self.raw(cursor)):
            return
        if cursor.kind == Kind.RETURN_STMT:
            leads_on = self.last is not None and self.last.kind == Kind.RETURN_STMT and self.range_of(self.last) != (start, end)
            if not self.returns_nothing and not leads_on:
                return
        self.add("drop", start, behind.end(), [""])

    # Expressions

    def bare(self, cursor):
        """What stands inside implicit conversions and brackets."""
        while cursor.kind in WRAPPERS:
            children = [child for child in cursor.get_children() if child.kind not in REFERENCES]
            if len(children) != 1:
                break
            cursor = children[0]
        return cursor

    def condition(self, cursor):
        """A leaf that decides alone is negated; whatever has operators has changes of its own."""
        inside = self.bare(cursor)
        name = inside.spelling
        if cursor.type.get_canonical().spelling in ("bool", "const bool") and inside.kind in LEAVES and name not in CIRCLE \
                and not re.match(r"operator\W", name):
            start, end = self.range_of(cursor)
            self.add("negate", start, end, ["!" + self.text[start:end]])
        self.expression(cursor)

    def expression(self, cursor, target=""):
        kind = cursor.kind
        if kind in REFERENCES or kind in (Kind.SIZE_OF_PACK_EXPR, Kind.CXX_UNARY_EXPR) or kind.is_declaration():
            return
        if kind == Kind.LAMBDA_EXPR:
            self.body_of(cursor, self.function)
            return
        if kind == Kind.COMPOUND_STMT:
            self.statement(cursor)
            return
        children = list(cursor.get_children())
        if kind == Kind.UNEXPOSED_EXPR:
            target = cursor.type.get_canonical().spelling.removeprefix("const ")
        elif kind == Kind.INTEGER_LITERAL:
            self.literal(cursor, target)
        elif kind == Kind.CXX_BOOL_LITERAL_EXPR:
            text = self.raw(cursor)
            if text in ("true", "false"):
                self.add("swap", *self.range_of(cursor), ["false" if text == "true" else "true"])
        elif kind in (Kind.BINARY_OPERATOR, Kind.COMPOUND_ASSIGNMENT_OPERATOR) and len(children) == 2:
            self.operator(cursor, *children)
        elif kind == Kind.UNARY_OPERATOR:
            self.unary(cursor, children)
        elif kind == Kind.CONDITIONAL_OPERATOR and children:
            self.condition(children[0])
            children = children[1:]
        elif kind == Kind.CALL_EXPR:
            if self.call(cursor, children):
                return
        elif kind == Kind.DECL_REF_EXPR:
            self.constant(cursor)
            return
        for child in children:
            self.expression(child, target if kind in WRAPPERS else "")

    def literal(self, cursor, target):
        start, end = self.range_of(cursor)
        text = self.text[start:end]
        value, suffix = strip_literal(text)
        kind = target or cursor.type.get_canonical().spelling
        if value is None or kind not in INTEGERS or self.text[end:end + 1].isalnum():
            return
        self.add("swap", start, end, [str(one) + suffix for one in near(value)], extra=kind)

    def constant(self, cursor):
        """A named constant where it is used, since where it is made belongs to the compiler."""
        used = cursor.referenced
        if used is None or used.kind != Kind.VAR_DECL or not re.fullmatch(r"k(?!Forever)[A-Z]\w*", cursor.spelling):
            return
        start, end = self.range_of(cursor)
        text = self.text[start:end]
        kind = used.type.get_canonical().spelling.removeprefix("const ")
        if kind in INTEGERS:
            self.add("swap", start, end, [f"{text} + 1", f"{text} - 1"], extra=kind)
        elif used.type.spelling in ("const nut::Duration", "const Duration"):
            self.add("swap", start, end, [f"{text} * 2"], extra="::nut::Duration")

    def unary(self, cursor, children):
        start, end = self.range_of(cursor)
        text = self.text[start:end]
        if text.startswith("!") and not text.startswith("!=") and children:  # the latter is how a != b becomes !(a == b)
            self.add("negate", start, end, [self.raw(children[0])])
        elif re.match(r"\+\+|--", text):
            self.add("swap", start, end, [{"+": "--", "-": "++"}[text[0]] + text[2:]])
        elif re.search(r"(\+\+|--)$", text):
            self.add("swap", start, end, [text[:-2] + {"+": "--", "-": "++"}[text[-1]]])

    def operator(self, cursor, left, right):
        (start, left_end), (right_start, end) = self.range_of(left), self.range_of(right)
        between = COMMENT.sub(lambda found: " " * len(found.group()), self.text[left_end:right_start])
        token = OPERATOR.fullmatch(between.strip())
        both_pointers = all(one.type.get_canonical().kind == cindex.TypeKind.POINTER for one in (left, right))
        if token and not (token.group() == "-" and both_pointers):
            self.infix(token.group(), start, left_end, right_start, end)

    def infix(self, token, start, left_end, right_start, end):
        left, right = self.text[start:left_end], self.text[right_start:end]
        parts = ((start, left_end), (right_start, end))
        if token in RELATIONS:
            changes = [f"{left} {one} {right}" for one in RELATIONS[token][1:] if one]
            self.add("relation", start, end, changes, parts, token)
        elif token in ("&&", "||"):
            other = "||" if token == "&&" else "&&"
            self.add("logic", start, end, [f"{left} {other} {right}", right, left], parts, token)
        elif token in ARITHMETIC or token in COMPOUND:
            changed = ARITHMETIC.get(token) or COMPOUND[token]
            self.add("swap", start, end, [f"{left} {changed} {right}"])

    def call(self, cursor, children):
        """True when nothing more is to be found below."""
        name = cursor.spelling
        start, end = self.range_of(cursor)
        if name.startswith('operator""'):
            unit = re.fullmatch(r"([\d']+)(ns|us|ms|s|min|h)", self.text[start:end])
            if unit:
                value = int(unit[1].replace("'", ""))
                self.add("swap", start, end, [f"{one}{unit[2]}" for one in near(value)])
            return True
        if re.match(r"operator\W", name) and len(children) == 3:
            token = self.raw(children[1])
            order = [self.range_of(one) for one in children]
            if order[0][1] <= order[1][0] and order[1][1] <= order[2][0] and OPERATOR.fullmatch(token):
                if token in RELATIONS or self.may_swap(token, children[0], children[2]):
                    self.infix(token, order[0][0], order[0][1], order[2][0], order[2][1])
        elif name in CIRCLE and len(children) == 2 and children[0].kind == Kind.MEMBER_REF_EXPR:
            named = children[0].extent.end.offset
            if self.text[named - len(name):named] == name:
                changed = self.text[start:named - len(name)] + CIRCLE[name] + self.text[named:end]
                self.add("circle", start, end, [changed, "!" + self.text[start:end]])
        elif name in ("min", "max"):
            self.extreme(name, start, end, children)
        return False

    def may_swap(self, token, left, right):
        """Operators of classes have their counterparts only for some operands."""
        def is_a(cursor, *names):
            return any(name in cursor.type.get_canonical().spelling for name in names)
        arithmetic = [re.sub("const ", "", one.type.get_canonical().spelling) in INTEGERS for one in (left, right)]
        if token == "+=" and is_a(left, "SequenceNumber"):
            return False
        if token in ("+", "-", "+=", "-="):
            if is_a(right, "time_point") or is_a(left, "SequenceNumber") and is_a(right, "SequenceNumber"):
                return False
            return is_a(left, "SequenceNumber", "chrono")
        return token in ("*", "/", "*=", "/=") and is_a(left, "chrono") and arithmetic[1]

    def extreme(self, name, start, end, children):
        callee = re.match(r"std::(min|max)(<[^()]*>)?\(", self.text[start:end])
        if callee and len(children) == 3:
            parts = tuple(self.range_of(one) for one in children[1:])
            whole = self.text[start:end]
            other = "max" if name == "min" else "min"
            extra = ("Minimum" if name == "min" else "Maximum") + (callee[2] or "")
            self.add("extreme", start, end, [whole.replace("std::" + name, "std::" + other, 1)], parts, extra)


def find(path, text, arguments):
    """All points of the file, outer ones first."""
    points = Finder(path, text, arguments).points
    return sorted(points, key=lambda one: (one.start, -one.end, one.kind != "drop"))

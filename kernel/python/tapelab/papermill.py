"""papermill's parameters for TypeScript notebooks.

papermill finds engines, but not translators, by the entry points of installed packages. So this package has an engine, which is papermill's own, and
loading the engine registers the translator.
"""

import json
import math
import numbers
import re
from collections.abc import Mapping, Set

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

MAX_SAFE_INTEGER = 2**53 - 1

# characters that JSON allows in strings, but that are invisible, or not allowed in a notebook or a line of source
HIDDEN = re.compile("[\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")

IDENTIFIER = re.compile(r"[^\W\d][\w$]*|\$[\w$]*")
RESERVED = frozenset(
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import "
    "in instanceof interface let new null package private protected public return static super switch this throw true try typeof var void while with yield".split()
)

# strings, templates and comments, in which brackets, commas and line ends are not syntax
OPAQUE = re.compile(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`|/\*.*?\*/|//[^\n]*', re.S)
DECLARATION = re.compile(r"\s*(?:export\s+)?(?:const|let|var)\s")
NAME = re.compile(r"\s*([\w$]+)\s*")
NEXT = re.compile(r"\s*[\w$]+\s*(?::|=[^=>])")


class TypeScriptTranslator(Translator):
    """Translates Python values to TypeScript expressions, and reads the parameters that a cell declares."""

    @classmethod
    def translate(cls, val):
        if hasattr(val, "tolist") and not isinstance(val, (numbers.Real, Mapping)):
            return cls.translate(val.tolist())
        if isinstance(val, Mapping):
            return cls.translate_dict(val)
        if isinstance(val, (list, tuple, range, Set)):
            return cls.translate_list(val)
        if isinstance(val, numbers.Integral) and not isinstance(val, bool):
            return cls.translate_int(int(val))
        if isinstance(val, numbers.Real) and not isinstance(val, bool):
            return cls.translate_float(float(val))
        return super().translate(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        text = json.dumps(str(str_val), ensure_ascii=False)
        return HIDDEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_int(cls, val):
        return f"{val}n" if abs(val) > MAX_SAFE_INTEGER else str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return float.__repr__(val)

    @classmethod
    def translate_key(cls, key):
        # keys that are not strings, as JSON writes them
        if not isinstance(key, str):
            plain = key is None or isinstance(key, (bool, int, float))
            key = json.dumps(key) if plain else str(key)
        text = cls.translate_escaped_str(key)
        # without brackets, it would set the prototype
        return f"[{text}]" if key == "__proto__" else text

    @classmethod
    def translate_dict(cls, val):
        if not val:
            return "{}"
        return "{ " + ", ".join(f"{cls.translate_key(k)}: {cls.translate(v)}" for k, v in val.items()) + " }"

    @classmethod
    def translate_list(cls, val):
        return "[" + ", ".join(cls.translate(v) for v in val) + "]"

    @classmethod
    def comment(cls, cmt_str):
        return "\n".join(f"// {line}".rstrip() for line in cmt_str.splitlines())

    @classmethod
    def assign(cls, name, str_val):
        if not IDENTIFIER.fullmatch(name) or name in RESERVED:
            raise PapermillException(f"parameter {name!r}: a TypeScript variable cannot have this name")
        return f"let {name} = {str_val};"

    @classmethod
    def inspect(cls, parameters_cell):
        """Returns the variables that a cell declares with a value; the comment behind or above a declaration is its help."""
        source = parameters_cell["source"]
        # has the same length; contents of strings and comments cannot be mistaken for code
        code = OPAQUE.sub(lambda found: re.sub(r"[^\n]", "_" if found.group()[0] in "\"'`" else " ", found.group()), source)
        parameters = []
        for start, end in statements(code):
            declaration = DECLARATION.match(code, start)
            for first, last in declarators(code, declaration.end(), end) if declaration else []:
                found = NAME.match(code, first)
                equals = found and assignment(code, found.end(), last)
                if not equals:
                    continue
                declared = source[found.end() : equals].strip().removeprefix(":").strip()
                value = source[equals + 1 : last].strip()
                parameters.append(Parameter(found.group(1), declared or type_of(value), value, help_of(source, start, end)))
        return parameters


def statements(code):
    """Yields start and end of each top-level statement."""
    depth = start = 0
    for i, character in enumerate(code):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0 and (character == ";" or (character == "\n" and ends_line(code, start, i))):
            if code[start:i].strip():
                yield start, i
            start = i + 1
    if code[start:].strip():
        yield start, len(code)


def declarators(code, start, end):
    """Yields start and end of each variable of a declaration."""
    depth = 0
    for i in range(start, end):
        depth += (code[i] in "([{") - (code[i] in ")]}")
        if depth == 0 and code[i] == "," and NEXT.match(code, i + 1):
            yield start, i
            start = i + 1
    yield start, end


def ends_line(code, start, i):
    """Whether a statement ends at the end of a line, because the next line does not continue it."""
    so_far = code[start:i].rstrip()
    return so_far != "" and so_far[-1] not in "=+-*/%&|?:,.<" and not re.match(r"\s*[.+\-*/%&|?:,=<>)\]}]", code[i:])


def assignment(code, start, end):
    """Returns the offset of the `=` that follows the type, or None."""
    depth = 0
    for i in range(start, end):
        depth += (code[i] in "([{<") - (code[i] in ")]}" or (code[i] == ">" and code[i - 1] != "="))
        if depth == 0 and code[i] == "=" and code[i + 1 : i + 2] != ">":
            return i
    return None


def type_of(value):
    """Returns the type of a literal, or "None", which is papermill's name for an unknown type."""
    if value in ("true", "false"):
        return "boolean"
    if value == "null":
        return "NoneType"
    if re.fullmatch(r"[-+]?(\d[\d_]*n|0[xob][\da-fA-F_]+n)", value):
        return "bigint"
    if re.fullmatch(r"[-+]?(Infinity|NaN|(\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d+)?|0[xob][\da-fA-F_]+)", value, re.I):
        return "number"
    if OPAQUE.fullmatch(value) and value[0] in "\"'`":
        return "string"
    return "None"


def help_of(source, start, end):
    """Returns the comment behind a statement, or else the one above it."""
    behind = re.match(r"[ \t]*;?[ \t]*(//[^\n]*|/\*.*?\*/)", source[end:], re.S)
    # a comment in the line of the previous statement belongs to that statement
    lead = re.sub(r"\A[ \t]*(//[^\n]*)?\n", "", source[start:end]) if source[:start].endswith(";") else source[start:end]
    above = re.match(r"\s*((?:[ \t]*//[^\n]*\n)+|/\*.*?\*/)\s*(?:export|const|let|var)\b", lead, re.S)
    found = behind or above
    if not found:
        return ""
    lines = [re.sub(r"^\s*(//+|/\*+|\*(?!/))?|\*/\s*$", "", line).strip() for line in found.group(1).splitlines()]
    return " ".join(line for line in lines if line)


papermill_translators.register("typescript", TypeScriptTranslator)


class Engine(NBClientEngine):
    """papermill's own engine, which exists so that this module is loaded."""

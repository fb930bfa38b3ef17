"""Tokens put together: groups, scripts, arguments of commands and environments become rows of atoms."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from lossproof.errors import RejectedText
from lossproof.notation.lexer import rejected
from lossproof.notation.tex import characters as ch
from lossproof.notation.tex.abbreviations import Macros, latex_tokens
from lossproof.notation.tex.atoms import MAX_NESTING, Atom, Row
from lossproof.notation.tex.imaginary import is_negative_number
from lossproof.notation.tex.long_numbers import hundredth, with_long_numbers
from lossproof.notation.tex.nuclei import character, delimiter, in_font, plain_command, text_atom
from lossproof.notation.tex.script_marks import add_prime, put_script, spells, trailing_letters, ungrouped
from lossproof.notation.tex.tokens import Token


def latex_atoms(text: str, macros: Macros | None = None) -> Row:
    """The atoms of ``text``, brackets not yet matched; `RejectedText` for what TeX itself would not take."""
    tokens, _ = latex_tokens(text, macros)
    reader = _Reader(text, with_long_numbers(tokens))
    row = reader.row(frozenset())
    if not reader.done:
        raise rejected("This '}' closes nothing that was opened.", text, reader.token.start)
    return row


class _Reader:
    """One way through the tokens."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text = text
        self.tokens = [*tokens, Token("end", "", len(text), len(text))]
        self.place = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    @property
    def done(self) -> bool:
        return self.token.kind == "end"

    def advance(self) -> Token:
        token = self.token
        self.place += token.kind != "end"
        return token

    def reject(self, sentence: str, token: Token | None = None) -> RejectedText:
        return rejected(sentence, self.text, (token or self.token).start)

    def skip_spaces(self) -> None:
        while self.token.kind == "space":
            self.place += 1

    def at_command(self, name: str) -> bool:
        return self.token.kind == "command" and self.token.text == name

    def row(self, stops: frozenset[str]) -> Row:
        """Atoms up to a token that closes a group, the end of an environment, or one of ``stops``."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.reject("This formula is nested too deep.")
        found: list[Atom] = []
        infix: tuple[str, list[Atom], Token] | None = None
        while not self.ends(stops):
            token = self.token
            if token.kind == "command" and token.text in ch.INFIX_FRACTIONS:
                self.advance()
                infix, found = (ch.INFIX_FRACTIONS[token.text], found, token), []
            else:
                self.into(found)
        self.depth -= 1
        if infix:
            kind, above, token = infix
            found = [Atom("frac", kind, token.start, token.end, (tuple(above), tuple(found)))]
        return tuple(found)

    def ends(self, stops: frozenset[str]) -> bool:
        token = self.token
        if token.kind in {"end", "}"} or (token.kind == "command" and token.text == "end"):
            return True
        return token.text in stops and token.kind in {"&", "command"}

    def into(self, found: list[Atom]) -> None:
        """Read one token with its arguments and put what it is at the end of ``found``."""
        token = self.advance()
        if token.kind in _SCRIPTS:
            _SCRIPTS[token.kind](self, token, found)
        elif token.kind == "char":
            self.character(token, found)
        elif token.kind == "{":
            found.append(self.group(token))
        elif token.kind == "&":
            found.append(Atom("align", "&", token.start, token.end))
        elif token.kind == "command":
            self.command(token, found)

    def character(self, token: Token, found: list[Atom]) -> None:
        if token.text == "'":
            add_prime(found, token)
        elif token.text[0].isdigit() or (token.text == "." and self.token.kind == "char" and self.token.text.isdigit()):
            self.digit(token, found)
        else:
            found.append(character(token))

    def digit(self, token: Token, found: list[Atom]) -> None:
        """Digits side by side are one number: ``12``, ``0.5``."""
        last = found[-1] if found else None
        if (
            last
            and last.kind == "number"
            and last.bare
            and last.end == token.start
            and (last.text + token.text).count(".") < 2
        ):
            found[-1] = replace(last, text=last.text + token.text, end=token.end)
        else:
            found.append(Atom("number", token.text, token.start, token.end))

    def group(self, opening: Token) -> Atom:
        """``{...}``, whose first token may switch the font."""
        self.skip_spaces()
        font = ch.FONT_SWITCHES.get(self.token.text) if self.token.kind == "command" else None
        if font:
            self.advance()
        inside = self.row(frozenset())
        if self.token.kind != "}":
            raise self.reject("This '{' is not closed.", opening)
        end = self.advance().end
        if font:
            return in_font(inside, font, opening.start, end)
        if len(inside) == 1 and inside[0].kind == "letter" and inside[0].font == "bold":
            return replace(inside[0], start=opening.start, end=end)  # {\mathbf{y}}, as an abbreviation leaves it
        if len(inside) == 1 and inside[0].bare and (inside[0].kind in {"word", "function"} or inside[0].font):
            return replace(inside[0], start=opening.start, end=end)  # {\mathrm{RSS}} may be called
        return Atom("group", "{", opening.start, end, (inside,))

    def argument(self) -> Row:
        """What a command or a script takes: a group, or one token."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.reject("This formula is nested too deep.")
        found = self.one_argument()
        self.depth -= 1
        return found

    def one_argument(self) -> Row:
        self.skip_spaces()
        token = self.token
        if token.kind == "{":
            self.advance()
            return ungrouped(self.group(token))
        if token.kind in {"end", "}", "&"} or self.at_command("end"):
            raise self.reject("Something is missing here.")
        found: list[Atom] = []
        if token.kind == "char" and token.text == "-":
            self.into(found)
            return (*found, *self.argument())
        self.into(found)
        return tuple(found)

    def optional(self) -> Row:
        """``[...]`` behind a command."""
        self.skip_spaces()
        if self.token.text != "[" or self.token.kind != "char":
            return ()
        self.advance()
        found: list[Atom] = []
        while not self.done and self.token.text != "]" and self.token.kind != "}":
            self.into(found)
        self.advance()
        return tuple(found)

    def script(self, token: Token, found: list[Atom]) -> None:
        """``_`` or ``^`` with its argument, put on the last atom."""
        row = self.sign() if token.kind == "_" and self.is_lone_sign() else self.argument()
        put_script(found, token.kind, row, token.start, self.tokens[self.place - 1].end)

    def is_lone_sign(self) -> bool:
        """Whether ``\\lambda_-`` has the sign alone below; in ``x_-1`` it belongs to the number."""
        following = self.tokens[self.place + 1] if self.place + 1 < len(self.tokens) else self.token
        return self.token.kind == "char" and self.token.text == "-" and not following.text[:1].isdecimal()

    def sign(self) -> Row:
        found: list[Atom] = []
        self.into(found)
        return tuple(found)

    def unicode_script(self, token: Token, found: list[Atom]) -> None:
        run = token.text[1:]
        while self.token.kind == "script" and self.token.text[0] == token.text[0]:
            run += self.advance().text[1:]
        inside = _Reader(self.text, [Token("char", c, token.start, token.end) for c in run])
        put_script(found, token.text[0], inside.row(frozenset()), token.start, self.tokens[self.place - 1].end)

    def combining(self, token: Token, found: list[Atom]) -> None:
        if found:
            found[-1] = replace(found[-1], marks=(*found[-1].marks, token.text), end=token.end)

    def command(self, token: Token, found: list[Atom]) -> None:
        name = token.text
        rule = next((rule for names, rule in _COMMANDS if name in names), None)
        if rule:
            rule(self, token, found)
        else:
            found.append(plain_command(token))

    def dropped(self, token: Token, found: list[Atom]) -> None:
        for _ in range(ch.DROPPED[token.text]):
            self.argument()

    def sized(self, token: Token, found: list[Atom]) -> None:
        """``\\left(``, ``\\bigr]``: the delimiter, told on which side it stands."""
        self.skip_spaces()
        following = self.advance()
        name = following.text if following.kind == "char" else "\\" + following.text
        opens = token.text == "left" or (token.text.endswith("l") and token.text != "left")
        closes = token.text == "right" or (token.text.endswith("r") and token.text != "right")
        place = token.start, following.end
        if name == ".":
            found.append(Atom("open" if opens else "close", ".", *place))
        elif name in ch.BARS and (opens or closes):
            found.append(Atom("open" if opens else "close", ch.BARS[name], *place))
        else:
            found.append(replace(delimiter(name, *place) or character(following), start=token.start))

    def fraction(self, token: Token, found: list[Atom]) -> None:
        self.optional()
        above = self.argument()
        found.append(self.made(ch.FRACTIONS[token.text], token, above, self.argument(), kind="frac"))

    def root(self, token: Token, found: list[Atom]) -> None:
        degree = self.optional()
        inside = self.argument()
        if is_negative_number(inside) and not degree:
            found.append(self.made("a complex number", token, inside, kind="beyond"))
        else:
            found.append(self.made("sqrt", token, inside, degree, kind="sqrt"))

    def made(self, text: str, token: Token, *parts: Row, kind: str) -> Atom:
        return Atom(kind, text, token.start, self.tokens[self.place - 1].end, parts)

    def accent(self, token: Token, found: list[Atom]) -> None:
        inside = self.argument()
        mark = ch.ACCENTS[token.text]
        if len(inside) == 1 and inside[0].kind in {"letter", "word", "group"}:
            atom = inside[0]
            marks = (*atom.marks, mark) if mark else atom.marks
            found.append(replace(atom, marks=marks, start=token.start, end=self.tokens[self.place - 1].end))
        elif mark:
            found.append(self.made(f"\\{token.text} over several letters", token, inside, kind="beyond"))
        else:
            found.append(self.made("{", token, inside, kind="group"))

    def font(self, token: Token, found: list[Atom]) -> None:
        inside = self.argument()
        found.append(in_font(inside, ch.FONTS[token.text], token.start, self.tokens[self.place - 1].end))

    def words(self, token: Token, found: list[Atom]) -> None:
        """``\\text{...}``: a name, a function's name, or words for the reader."""
        start, depth = self.place, 0
        self.skip_spaces()
        while not self.done:
            part = self.advance()
            depth += {"{": 1, "}": -1}.get(part.kind, 0)
            if depth <= 0:
                break
        raw = self.written(self.tokens[start : self.place])
        found.append(text_atom(raw.strip().strip("{}$ "), token.start, self.tokens[self.place - 1].end))

    def written(self, tokens: Sequence[Token]) -> str:
        """What stands in the text where the tokens are; what an abbreviation stands for is spelled out."""
        if tokens and all(one.end <= other.start < other.end for one, other in pairwise(tokens)):
            return self.text[tokens[0].start : tokens[-1].end]
        return "".join(f"\\{token.text}" if token.kind == "command" else token.text for token in tokens)

    def inside(self, token: Token, found: list[Atom]) -> None:
        found.append(self.made("{", token, self.argument(), kind="group"))

    def underbraced(self, token: Token, found: list[Atom]) -> None:
        """``\\underbrace{a}_{words}``: the formula, its words left out."""
        row = self.argument()
        self.skip_spaces()
        while self.token.kind in {"_", "^"}:
            self.advance()
            self.argument()
            self.skip_spaces()
        found.append(self.made("{", token, row, kind="group"))

    def stacked(self, token: Token, found: list[Atom]) -> None:
        """``\\underset{why}{=}``: what is decorated; ``\\overset{\\wedge}{y}`` is a hat."""
        above, row = self.argument(), self.argument()
        if len(above) == 1 and above[0].text in {"∧", "^", "hat"} and len(row) == 1:
            found.append(replace(row[0], marks=(*row[0].marks, "hat"), start=token.start))
        elif len(row) == 1 and row[0].kind == "relation" and spells(above, "def"):
            found.append(replace(row[0], text=":=", start=token.start))
        else:
            found.extend(row)

    def negated(self, token: Token, found: list[Atom]) -> None:
        row = self.argument()
        text = {"=": "!=", "in": "notin"}.get(row[0].text if row else "", "not")
        found.append(self.made(text, token, kind="relation"))

    def environment(self, token: Token, found: list[Atom]) -> None:
        name = "".join(atom.text for atom in self.argument()).rstrip("*")
        if name in {"array", "tabular", "alignat", "alignedat"}:
            self.argument()
        if name in _ALIGNED or name in _CELLS:
            self.optional()
        if name in _CELLS:
            cells = self.cells(name, token)
            found.extend(_as_rows(cells) if _is_alignment(cells) else (cells,))
        else:
            found.extend(self.row(frozenset()))
            self.close_environment(token)

    def cells(self, name: str, token: Token) -> Atom:
        """The cells of ``cases`` or a matrix, each row a part that holds atoms of the kind "cell"."""
        rows: list[Row] = []
        while True:
            cells: list[Atom] = []
            while True:
                start = self.token.start
                inside = self.row(frozenset({"&", "\n"}))
                cells.append(Atom("cell", "", start, self.token.start, (inside,)))
                if self.token.kind != "&":
                    break
                self.advance()
            rows.append(tuple(cells))
            if not self.at_command("\n"):
                break
            self.advance()
            self.skip_length()
        self.close_environment(token)
        full = tuple(row for row in rows if any(cell.parts[0] for cell in row))
        return Atom("environment", name, token.start, self.tokens[self.place - 1].end, full)

    def close_environment(self, token: Token) -> None:
        if not self.at_command("end"):
            raise self.reject("This environment is not closed by \\end{...}.", token)
        self.advance()
        self.argument()

    def skip_length(self) -> None:
        """``\\\\[2ex]``: the length is no formula."""
        match = re.compile(r"\s*\[\s*-?[0-9.]+\s*(?:ex|em|pt|mm|cm|in|px|mu)\s*\]").match(
            self.text, self.tokens[self.place - 1].end
        )
        while match and self.token.kind != "end" and self.token.start < match.end():
            self.place += 1

    def percent(self, token: Token, found: list[Atom]) -> None:
        """``50\\%`` is 0.50; of anything but a number no hundredth is read."""
        last = found[-1] if found else None
        if last is not None and last.kind == "number" and last.bare:
            found[-1] = replace(last, text=hundredth(last.text), end=token.end)
        else:
            found.append(Atom("beyond", "a per cent of what is no number", token.start, token.end))

    def new_line(self, token: Token, found: list[Atom]) -> None:
        self.skip_length()
        found.append(Atom("separator", "\n", token.start, token.end))

    def arg(self, token: Token, found: list[Atom]) -> None:
        """``\\arg\\max`` and ``\\arg\\min``."""
        self.skip_spaces()
        word = self.advance().text if self.token.kind == "command" and self.token.text in {"max", "min"} else "max"
        found.append(Atom("big", f"arg{word}", token.start, self.tokens[self.place - 1].end))

    def underscore(self, token: Token, found: list[Atom]) -> None:
        """``\\_`` joins words; behind a single letter it is a subscript that Markdown made people escape."""
        run = trailing_letters(found)
        if len(run) > 1:
            word = "".join(atom.text for atom in run) + "_"
            while self.token.kind == "char" and self.token.text.isalnum():
                word += self.advance().text
            del found[-len(run) :]
            found.append(Atom("word", word, run[0].start, self.tokens[self.place - 1].end))
        else:
            self.script(replace(token, kind="_", text="_"), found)


def _is_alignment(atom: Atom) -> bool:
    """``\begin{array}{rcl} a &=& b``: relations between the columns make the rows of an array chains."""
    rows = [[cell.parts[0] for cell in cells] for cells in atom.parts]
    return atom.text == "array" and any(len(row) > 1 and any(map(_begins_relation, row)) for row in rows)


def _begins_relation(cell: Row) -> bool:
    """Whether a cell is a relation, or begins with one."""
    return cell[:1] != () and cell[0].kind == "relation" and cell[0].text not in {"in", "notin"}


def _as_rows(atom: Atom) -> Row:
    """An array as the rows of an alignment."""
    found: list[Atom] = []
    for cells in atom.parts:
        if found:
            found.append(Atom("separator", "\n", cells[0].start, cells[0].start))
        for number, cell in enumerate(cells):
            if number:
                found.append(Atom("align", "&", cell.start, cell.start))
            found.extend(cell.parts[0])
    return tuple(found)


_ALIGNED_TEXT = """
align aligned split eqnarray gather gathered equation multline math displaymath alignat alignedat
"""
_ALIGNED = frozenset(_ALIGNED_TEXT.split())
_CELLS_TEXT = """
cases rcases dcases array matrix pmatrix bmatrix vmatrix Bmatrix Vmatrix smallmatrix tabular
"""
_CELLS = frozenset(_CELLS_TEXT.split())
_SCRIPTS: dict[str, Callable[[_Reader, Token, list[Atom]], None]] = {
    "_": _Reader.script,
    "^": _Reader.script,
    "script": _Reader.unicode_script,
    "combining": _Reader.combining,
}
_COMMANDS: tuple[
    tuple[frozenset[str] | dict[str, str] | dict[str, int], Callable[[_Reader, Token, list[Atom]], None]], ...
] = (
    (ch.FRACTIONS, _Reader.fraction),
    (frozenset({"sqrt"}), _Reader.root),
    (ch.ACCENTS, _Reader.accent),
    (ch.TEXTS, _Reader.words),
    (ch.FONTS, _Reader.font),
    (ch.SIZES, _Reader.sized),
    (frozenset({"begin"}), _Reader.environment),
    (frozenset({"underbrace", "overbrace"}), _Reader.underbraced),
    (frozenset({"underset", "overset", "stackrel"}), _Reader.stacked),
    (frozenset({"not"}), _Reader.negated),
    (frozenset({"\n", "newline", "cr"}), _Reader.new_line),
    (frozenset({"arg"}), _Reader.arg),
    (frozenset({"%"}), _Reader.percent),
    (frozenset({"_"}), _Reader.underscore),
    (ch.DROPPED, _Reader.dropped),
    (ch.ONE_ARGUMENT, _Reader.inside),
)

"""Renders templates with jinja2, set up as transformers sets it up for chat templates.

One JSON object a line comes in on standard input, one goes out on standard output, in the same order:

    {"template": "...", "variables": {...}, "clock": "2025-03-09T08:05:07"}
    {"text": "...", "generation": [[start, end], ...]}             offsets in code points
    {"error": "UndefinedError", "message": "...", "line": 3}       line: null where jinja2 knows none
    {"limit": "time"}                                              or "memory": the case says nothing

    {"template": "...", "variables": {...}, "count": 1000}         a measurement
    {"seconds": 0.12}                                              for all renders, the template compiled beforehand

    {"versions": true}                                             whose words the error messages are
    {"versions": "jinja2 3.1.2, Python 3.11"}

A blank line ends the process, as does the end of its input.
"""

import datetime
import functools
import json
import resource
import signal
import sys
import timeit
import traceback

import jinja2
from jinja2 import TemplateError, nodes, pass_eval_context
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.sandbox import ImmutableSandboxedEnvironment

SECONDS_PER_CASE = 4.0
MEMORY = 2 << 30


class OutOfTime(BaseException):
    """A case took too long. No Exception, so that no handler in a library swallows it."""


class GenerationBlock(Extension):
    """{% generation %}…{% endgeneration %}: its text, and where in the output it stands."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_mark"), [], [], body, lineno=line)

    @pass_eval_context
    def _mark(self, context, caller):
        text = caller()
        start = sum(map(len, self.environment.pieces))
        self.environment.spans.append([start, start + len(text)])
        return text


def raise_exception(message):
    raise TemplateError(message)


def to_json(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def make_environment():
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", GenerationBlock]
    )
    environment.filters["tojson"] = to_json
    environment.globals["raise_exception"] = raise_exception
    environment.globals["strftime_now"] = lambda form: environment.clock.strftime(form)
    environment.pieces, environment.spans = [], []
    environment.clock = datetime.datetime(2025, 3, 9, 8, 5, 7)
    return environment


ENVIRONMENT = make_environment()


@functools.lru_cache(maxsize=512)
def compiled(source):
    return ENVIRONMENT.from_string(source)


def line_of(error):
    """The template's line that an error belongs to, as jinja2 reports it in tracebacks."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in ("<template>", "<unknown>")]
    return frames[-1].lineno if frames else None


def render(case):
    if "versions" in case:
        return {"versions": f"jinja2 {jinja2.__version__}, Python {sys.version_info.major}.{sys.version_info.minor}"}
    if "clock" in case:
        ENVIRONMENT.clock = datetime.datetime.fromisoformat(case["clock"])
    template = compiled(case["template"])
    variables = case.get("variables") or {}
    if "count" in case:
        return {"seconds": timeit.timeit(lambda: template.render(**variables), number=case["count"])}
    # Piece by piece, because what is rendered so far is what tells where a generation block begins.
    ENVIRONMENT.pieces, ENVIRONMENT.spans = [], []
    for piece in template.generate(**variables):
        ENVIRONMENT.pieces.append(piece)
    return {"text": "".join(ENVIRONMENT.pieces), "generation": ENVIRONMENT.spans}


def answer(case):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0 if "count" in case else SECONDS_PER_CASE)
        return render(case)
    except OutOfTime:
        return {"limit": "time"}
    except MemoryError:
        return {"limit": "memory"}
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error), "line": line_of(error)}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def on_alarm(*_):
    raise OutOfTime


def main():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, on_alarm)
    for line in iter(sys.stdin.readline, ""):
        if not line.strip():
            break
        try:
            reply = json.dumps(answer(json.loads(line)))
        except OutOfTime:
            reply = json.dumps({"limit": "time"})
        except MemoryError:
            reply = json.dumps({"limit": "memory"})
        print(reply, flush=True)


if __name__ == "__main__":
    main()

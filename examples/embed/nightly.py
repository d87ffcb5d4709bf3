#!/usr/bin/env python3
"""A nightly job: judges rules over a store through libspoke, with nothing but Python and ctypes.

    nightly.py STORE RULES...

The scripts are only read for what they declare: what they import is in the store already. Prints
each finding and each rule that is not all right, and ends as `spoke check` does: 0 nothing found, 1
findings of severity error, 2 not judged. The library is the one that the system finds, or
SPOKE_LIBRARY.

The structures are those of spoke.h, field by field. Those that a program fills in begin with their
size, which tells the library how much of them this program knows; of those that it is handed only
the beginning has to be known here.
"""

import ctypes
import os
import sys
import time
from ctypes import (CFUNCTYPE, POINTER, Structure, byref, c_char_p, c_double, c_int, c_int32,
                    c_size_t, c_uint32, c_uint64, c_void_p, sizeof)

OK, FINDINGS = 0, 8
PASS, FAIL, WARN, EMPTY, SKIP, ERROR = range(6)
CAN_READ_FILES = 1


class Text(Structure):
    _fields_ = [("p", c_void_p), ("n", c_size_t)]

    def __str__(self):
        return ctypes.string_at(self.p, self.n).decode() if self.n else ""


class Named(Structure):
    _fields_ = [("name", Text), ("value", Text), ("missing", c_int), ("suppressed", c_int)]


class Finding(Structure):
    _fields_ = [("rule", Text), ("title", Text), ("severity", Text), ("key", Text),
                ("message", Text), ("file", Text), ("line", c_uint32), ("column", c_uint32),
                ("undecided", c_int), ("id", Text), ("tags", Text), ("owner", Text),
                ("help", Text), ("field", Text), ("keys", POINTER(Named)), ("nkeys", c_size_t),
                ("values", POINTER(Named)), ("nvalues", c_size_t), ("excepted", c_int),
                ("reason", Text), ("until", c_int32), ("record", c_uint64)]


class RuleResult(Structure):
    _fields_ = [("rule", Text), ("title", Text), ("severity", Text), ("status", c_int),
                ("rows", c_uint64), ("findings", c_uint64), ("undecided", c_uint64),
                ("file", Text), ("line", c_uint32), ("column", c_uint32), ("id", Text),
                ("tags", Text), ("owner", Text), ("help", Text), ("field", Text),
                ("reason", Text), ("excepted", c_uint64), ("allowed", c_uint64),
                ("has_allow", c_int), ("expired", c_uint64), ("unused", c_uint64),
                ("skipped", c_uint64)]


class CheckOptions(Structure):
    _fields_ = [("size", c_size_t), ("rules", POINTER(c_char_p)), ("nrules", c_size_t),
                ("max_findings", c_uint64), ("tags", POINTER(c_char_p)), ("ntags", c_size_t),
                ("list", c_int), ("mask_values", c_int)]


class CheckSummary(Structure):
    _fields_ = [(name, c_uint64) for name in
                ("rules", "pass", "fail", "warn", "empty", "skip", "error", "rows", "findings",
                 "excepted", "expired", "unused")]


WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
ON_RULE = CFUNCTYPE(c_int, c_void_p, POINTER(RuleResult))
ON_FINDING = CFUNCTYPE(c_int, c_void_p, POINTER(Finding))


class Sink(Structure):
    _fields_ = [("size", c_size_t), ("on_show", c_void_p), ("on_print", c_void_p),
                ("on_note", c_void_p), ("on_rule", ON_RULE), ("on_finding", ON_FINDING),
                ("on_progress", c_void_p), ("on_refused", c_void_p)]


class Config(Structure):
    _fields_ = [("size", c_size_t), ("allocate", c_void_p), ("allocate_user", c_void_p),
                ("memory_limit", c_size_t), ("budget", c_uint64), ("deadline", c_double),
                ("clock", c_void_p), ("clock_user", c_void_p), ("capabilities", c_uint32),
                ("today", c_int32), ("has_today", c_int), ("sink", POINTER(Sink)),
                ("sink_user", c_void_p), ("interactive", c_int), ("output_width", c_int),
                ("output_glyphs", c_int), ("modules", c_void_p), ("seed", c_uint64),
                ("load", c_void_p), ("load_user", c_void_p), ("threads", c_uint32),
                ("foreign", c_void_p), ("nforeign", c_size_t), ("rules_apart", c_int),
                ("max_rows", c_uint64)]


# By the names of spoke.h, for a test that compares them with the C compiler's.
LAYOUTS = {"spoke_text": Text, "spoke_named": Named, "spoke_finding": Finding,
           "spoke_rule_result": RuleResult, "spoke_check_options": CheckOptions,
           "spoke_check_summary": CheckSummary, "spoke_sink": Sink, "spoke_config": Config}


def load_library():
    spoke = ctypes.CDLL(os.environ.get("SPOKE_LIBRARY", "libspoke.so.0"))
    handle = c_void_p
    for name, arguments in {
            "spoke_open": [POINTER(Config), POINTER(handle)],
            "spoke_close": [handle],
            "spoke_use_store": [handle, c_char_p, c_int],
            "spoke_compile": [handle, c_char_p, c_char_p, c_size_t],
            # The header's spoke_check tells the library how large a summary it knows.
            "spoke_check_sized": [handle, POINTER(CheckOptions), POINTER(CheckSummary), c_size_t],
            "spoke_diag_text": [handle, c_int, WRITE, c_void_p]}.items():
        getattr(spoke, name).argtypes = arguments
    spoke.spoke_standard_modules.restype = c_void_p
    return spoke


@ON_FINDING
def on_finding(_, f):
    finding = f.contents
    if not finding.excepted:
        print(f"{finding.severity}: {finding.rule}: {finding.key}: {finding.message}")
    return 0


@ON_RULE
def on_rule(_, r):
    result = r.contents
    if result.status in (EMPTY, SKIP, ERROR):
        what = {EMPTY: "looked at no row", SKIP: "skipped", ERROR: "not judged"}[result.status]
        print(f"{result.rule}: {what}" + (f": {result.reason}" if result.reason.n else ""))
    return 0


@WRITE
def write_error(_, text, n):
    sys.stderr.write(ctypes.string_at(text, n).decode())
    return 0


def judge(spoke, interpreter, store, files):
    status = spoke.spoke_use_store(interpreter, os.fsencode(store), 0)
    for file in files:
        if status == OK:
            with open(file, "rb") as source:
                text = source.read()
            status = spoke.spoke_compile(interpreter, os.fsencode(file), text, len(text))
    summary = CheckSummary()
    if status == OK:
        options = CheckOptions(size=sizeof(CheckOptions), max_findings=20)
        status = spoke.spoke_check_sized(interpreter, byref(options), byref(summary),
                                         sizeof(summary))
    if status not in (OK, FINDINGS):
        spoke.spoke_diag_text(interpreter, 0, write_error, None)
    print(f"{summary.rules} rules, {summary.rows} rows, {summary.findings} findings")
    if status not in (OK, FINDINGS) or not summary.rules:
        return 2
    return 1 if summary.fail else 0


def main(arguments):
    if len(arguments) < 2:
        sys.stderr.write("usage: nightly.py STORE RULES...\n")
        return 2
    sys.stdout.reconfigure(line_buffering=True)
    spoke = load_library()
    sink = Sink(size=sizeof(Sink), on_rule=on_rule, on_finding=on_finding)
    # Not spoke_config_init, which fills in all that the library's own structure has.
    config = Config(size=sizeof(Config), modules=spoke.spoke_standard_modules(),
                    capabilities=CAN_READ_FILES, rules_apart=1, sink=ctypes.pointer(sink), seed=1,
                    today=int(time.time()) // 86400, has_today=1)
    interpreter = c_void_p()
    if spoke.spoke_open(byref(config), byref(interpreter)) != OK:
        return 2
    try:
        return judge(spoke, interpreter, arguments[0], arguments[1:])
    except OSError as error:
        sys.stderr.write(f"nightly.py: {error}\n")
        return 2
    finally:
        spoke.spoke_close(interpreter)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

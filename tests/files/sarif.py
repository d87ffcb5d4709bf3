"""sarif.py FILE: whether the file is the SARIF 2.1.0 that GitHub's code scanning takes.

The checks are written after the standard and GitHub's documentation. With SARIF_SCHEMA naming
a copy of the schema of OASIS, and the package jsonschema, that is asked as well.
"""
import json
import os
import re
import sys
from urllib.parse import urlsplit

LEVELS = {"none", "note", "warning", "error"}


def text(message):
    assert set(message) == {"text"} and message["text"].strip(), message


def reference(uri):
    assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", uri), uri
    assert not re.search(r"%(?![0-9A-F]{2})", uri), uri
    parts = urlsplit(uri)
    assert parts.scheme in ("", "file", "http", "https"), uri


def physical(location):
    place = location["physicalLocation"]
    reference(place["artifactLocation"]["uri"])
    region = place["region"]
    assert set(region) == {"startLine", "startColumn", "endLine", "endColumn"}, region
    assert all(isinstance(n, int) and n >= 1 for n in region.values()), region
    assert (region["endLine"], region["endColumn"]) > (region["startLine"], region["startColumn"])


def rule(r):
    assert r["id"] and not re.search(r"\s", r["id"]), r
    for part in ("shortDescription", "fullDescription", "help"):
        text(r[part])
        assert len(r[part]["text"]) <= 1024
    assert r["defaultConfiguration"]["level"] in LEVELS
    assert len(r["properties"]["tags"]) <= 20
    if "helpUri" in r:
        reference(r["helpUri"])


def result(r, rules):
    assert rules[r["ruleIndex"]]["id"] == r["ruleId"], r
    assert r["level"] in LEVELS - {"none"} and r["kind"] == "fail", r
    text(r["message"])
    assert len(r["locations"]) == 1
    physical(r["locations"][0])
    for logical in r["locations"][0].get("logicalLocations", []):
        assert logical["fullyQualifiedName"], logical
    assert re.fullmatch(r"[0-9a-f]{32}:1", r["partialFingerprints"]["primaryLocationLineHash"])
    assert r.get("baselineState", "new") in {"new", "unchanged"}
    for suppression in r.get("suppressions", []):
        assert suppression["kind"] in {"inSource", "external"}
        assert suppression["status"] == "accepted" and suppression["justification"]


def run(r):
    driver = r["tool"]["driver"]
    assert driver["name"] == "spoke" and re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    rules = driver["rules"]
    assert len({x["id"] for x in rules}) == len(rules)
    for x in rules:
        rule(x)
    assert re.fullmatch(r"spoke/.+/", r["automationDetails"]["id"])
    (invocation,) = r["invocations"]
    notes = invocation["toolExecutionNotifications"]
    for note in notes:
        text(note["message"])
        physical(note["locations"][0])
    errors = [n for n in notes if n["level"] == "error"]
    assert invocation["executionSuccessful"] is not bool(errors), invocation
    for x in r["results"]:
        result(x, rules)
    seen = [(x["ruleId"], x["partialFingerprints"]["primaryLocationLineHash"]) for x in r["results"]]
    assert len(set(seen)) == len(seen)


with open(sys.argv[1], encoding="utf-8") as file:
    LOG = json.load(file)
assert LOG["$schema"].endswith("/sarif-schema-2.1.0.json") and LOG["version"] == "2.1.0"
assert len(LOG["runs"]) == 1
run(LOG["runs"][0])
if os.environ.get("SARIF_SCHEMA"):
    import jsonschema
    with open(os.environ["SARIF_SCHEMA"], encoding="utf-8") as file:
        SCHEMA = json.load(file)
    kind = jsonschema.validators.validator_for(SCHEMA)
    kind(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(LOG)

"""json_schema.py SCHEMA FILE: whether the JSON file fits the schema.

Knows the few words of JSON Schema that the project's schemas use, and refuses a
schema with others; where the package jsonschema is installed it is asked, too.
"""
import json
import re
import sys

TYPES = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
    "null": type(None),
}
KNOWN = {
    "$schema", "$ref", "title", "description", "definitions", "type", "enum", "const", "pattern",
    "minimum", "properties", "required", "additionalProperties", "items",
}


def is_type(value, name):
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def check(value, schema, root, path):
    unknown = set(schema) - KNOWN
    assert not unknown, f"{path}: the schema says {unknown}"
    if "$ref" in schema:
        target = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            target = target[part]
        return check(value, target, root, path)
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert any(is_type(value, n) for n in names), f"{path}: {value!r} is no {names}"
    assert value in schema.get("enum", [value]), f"{path}: {value!r}"
    assert value == schema.get("const", value), f"{path}: {value!r}"
    if "pattern" in schema and isinstance(value, str):
        assert re.search(schema["pattern"], value), f"{path}: {value!r}"
    if "minimum" in schema:
        assert value >= schema["minimum"], f"{path}: {value!r}"
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        missing = set(schema.get("required", [])) - set(value)
        assert not missing, f"{path}: without {missing}"
        for name, member in value.items():
            assert name in properties or schema.get("additionalProperties", True), f"{path}.{name}"
            check(member, properties.get(name, {}), root, f"{path}.{name}")
    if isinstance(value, list):
        for i, element in enumerate(value):
            check(element, schema.get("items", {}), root, f"{path}[{i}]")
    return None


with open(sys.argv[1], encoding="utf-8") as file:
    SCHEMA = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    VALUE = json.load(file)
check(VALUE, SCHEMA, SCHEMA, "$")
try:
    import jsonschema
except ImportError:
    pass
else:
    jsonschema.validate(VALUE, SCHEMA)

"""Reads a configuration strictly against its JSON Schema, which is generated from the TypeScript types."""
from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any

from contract import Fail, folder

TYPES: dict[str, tuple[type, ...]] = {"object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
                                      "integer": (int,), "number": (int, float)}
KEYWORDS = {"$schema", "type", "properties", "required", "additionalProperties", "items", "anyOf", "const", "enum",
            "default", "minimum", "maximum", "exclusiveMinimum", "minLength", "minItems"}


def read_configuration(schema: str) -> dict[str, Any]:
    """The configuration at FT_CONFIG, with the defaults filled in; `schema` is a file beside this one."""
    rules = json.loads(Path(__file__).with_name(schema).read_text(encoding="utf-8"))
    try:
        given = json.loads(folder("FT_CONFIG").read_text(encoding="utf-8"), parse_constant=_no_number)
    except (OSError, ValueError) as error:
        raise Fail("config", f"cannot read the configuration: {error}") from error
    config: dict[str, Any] = checked(rules, given, "config")
    return config


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def checked(rules: dict[str, Any], value: Any, where: str) -> Any:
    """The value with the defaults of its absent keys; a key that is optional without one stays absent. Covers the part of JSON Schema that the schemas here use."""
    if unknown := rules.keys() - KEYWORDS:
        raise ValueError(f"{where}: the schema uses {min(unknown)}, which this reader does not know")
    if "anyOf" in rules:
        return _any_of(rules["anyOf"], value, where)
    if type(value) not in TYPES[rules["type"]]:  # not isinstance: True is no integer
        raise Fail("config", f"{where} must be of type {rules['type']}")
    allowed = rules.get("enum", [rules["const"]] if "const" in rules else None)
    if allowed is not None and value not in allowed:
        raise Fail("config", f"{where} must be {' or '.join(map(str, allowed))}")
    size = len(value) if isinstance(value, (str, list)) else value
    for low in ("minimum", "minLength", "minItems"):
        if low in rules and size < rules[low]:
            raise Fail("config", f"{where} must be at least {rules[low]}")
    if "exclusiveMinimum" in rules and value <= rules["exclusiveMinimum"]:
        raise Fail("config", f"{where} must be more than {rules['exclusiveMinimum']}")
    if "maximum" in rules and value > rules["maximum"]:
        raise Fail("config", f"{where} must be at most {rules['maximum']}")
    if isinstance(value, dict):
        return _object(rules, value, where)
    if isinstance(value, list):
        return [checked(rules["items"], item, f"{where}[{index}]") for index, item in enumerate(value)]
    return value


def _any_of(choices: list[dict[str, Any]], value: Any, where: str) -> Any:
    failures = []
    for choice in choices:
        try:
            return checked(choice, value, where)
        except Fail as failure:
            failures.append(str(failure))
    raise Fail("config", ", or ".join(failures))


def _object(rules: dict[str, Any], value: dict[str, Any], where: str) -> dict[str, Any]:
    known = rules["properties"]
    for key in sorted(value.keys() - known.keys()):
        near = difflib.get_close_matches(key, known, 1)
        raise Fail("config", f"unknown key {where}.{key}" + (f", did you mean {near[0]}?" if near else ""))
    out = {}
    for key, rule in known.items():
        if key not in value and "default" not in rule:
            if key not in rules.get("required", []):
                continue
            raise Fail("config", f"missing key {where}.{key}")
        out[key] = checked(rule, value.get(key, rule.get("default")), f"{where}.{key}")
    return out

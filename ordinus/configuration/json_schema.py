"""The JSON Schema of the file, for editors and for programs that write such files."""

from __future__ import annotations

import json
from typing import Any

from ordinus.configuration.rules import CONDITION, CONDITION_SCHEMA
from ordinus.configuration.scalars import FACT_SCHEMA, fact_schema
from ordinus.configuration.schema import NOUNS, VERSION, VERSION_KEY
from ordinus.configuration.shapes import or_null
from ordinus.configuration.stages import DRAFT_STAGE_SCHEMA, STAGE_SCHEMA, stage_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """What can be judged without the database; references between objects are not."""
    sections = {noun.section: {**or_null(noun.items().schema()), "description": noun.help} for noun in NOUNS}
    return {
        "$schema": DIALECT,
        "title": "Ordinus configuration",
        "type": "object",
        "properties": {
            VERSION_KEY: {"const": VERSION, "description": "The version of this format."},
            **sections,
        },
        "required": [VERSION_KEY],
        "additionalProperties": False,
        "$defs": {
            FACT_SCHEMA: fact_schema(),
            CONDITION_SCHEMA: CONDITION.schema(),
            STAGE_SCHEMA: stage_schema(),
            DRAFT_STAGE_SCHEMA: stage_schema(is_draft=True),
        },
    }


def as_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"

"""The REST reference as a page: the OpenAPI schema in words, drawn here, so that it needs no script from anywhere."""

from typing import Any

from jinja2 import Environment

from lms_app.core import site

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>REST reference · {{ site }}</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/plain.css">
<link rel="stylesheet" href="/site.css?plain=1">
</head>
<body>
<main>
<nav aria-label="Breadcrumb" class="small"><a href="/">{{ site }}</a></nav>
<h1>REST reference</h1>
<p>{% for part in words %}{% if loop.index is even %}<code>{{ part }}</code>{% else %}{{ part }}{% endif %}{% endfor %} The schema itself is <a href="{{ schema_url }}">openapi.json</a>.</p>
<nav aria-label="Subjects"><ul class="tags">{% for tag in groups %}<li><a href="#{{ tag }}">{{ tag }}</a></li>{% endfor %}</ul></nav>
{% for tag, routes in groups.items() %}
<section id="{{ tag }}"><h2>{{ tag | capitalize }}</h2>
{% for route in routes %}
<details><summary><code class="verb">{{ route.verb }}</code> <code>{{ route.path }}</code> <span>{{ route.title }}</span></summary>
{% if route.words %}<p>{{ route.words }}</p>{% endif %}
{% if route.parameters %}<h3>Parameters</h3><ul>{% for p in route.parameters %}<li><code>{{ p.name }}</code> ({{ p.place }}, {{ p.type }}{{ ", required" if p.required }}){% if p.words %}: {{ p.words }}{% endif %}</li>{% endfor %}</ul>{% endif %}
{% if route.body %}<h3>Body</h3><ul>{% for p in route.body %}<li><code>{{ p.name }}</code> ({{ p.type }}{{ ", required" if p.required }})</li>{% endfor %}</ul>{% endif %}
<p class="small">Answers: {{ route.answers }}</p>
</details>
{% endfor %}
</section>
{% endfor %}
</main>
</body>
</html>
"""
_template = Environment(autoescape=True).from_string(_PAGE)


def page(schema: dict[str, Any]) -> str:
    """HTML of an OpenAPI schema."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, verbs in schema["paths"].items():
        for verb, route in verbs.items():
            groups.setdefault((route.get("tags") or ["other"])[0], []).append(_route(schema, path, verb, route))
    return _template.render(
        site=site.known().name,
        words=str(schema["info"].get("description", "")).split("`"),
        groups=dict(sorted(groups.items())),
        schema_url="/api/v1/openapi.json",
    )


def _route(schema: dict[str, Any], path: str, verb: str, route: dict[str, Any]) -> dict[str, Any]:
    return {
        "verb": verb.upper(),
        "path": path,
        "title": route.get("summary", ""),
        "words": route.get("description", ""),
        "parameters": [
            {
                "name": given["name"],
                "place": given["in"],
                "type": _type(given["schema"]),
                "required": given.get("required", False),
                "words": given.get("description", ""),
            }
            for given in route.get("parameters", [])
        ],
        "body": _body(schema, route),
        "answers": ", ".join(route.get("responses", {})),
    }


def _body(schema: dict[str, Any], route: dict[str, Any]) -> list[dict[str, Any]]:
    content = route.get("requestBody", {}).get("content", {})
    model = next(iter(content.values()), {}).get("schema", {})
    name = str(model.get("$ref", "")).rpartition("/")[2]
    fields = schema.get("components", {}).get("schemas", {}).get(name, {})
    required = fields.get("required", [])
    return [
        {"name": key, "type": _type(value), "required": key in required}
        for key, value in fields.get("properties", {}).items()
    ]


def _type(given: dict[str, Any]) -> str:
    if "$ref" in given:
        return str(given["$ref"]).rpartition("/")[2]
    if "anyOf" in given:
        return " or ".join(_type(one) for one in given["anyOf"])
    if "enum" in given:
        return " | ".join(str(one) for one in given["enum"])
    words = given.get("format") or given.get("type", "any")
    return f"list of {_type(given.get('items', {}))}" if words == "array" else str(words)

"""What forms of every app offer before anything is chosen."""

import inspect
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from django import forms

APPS = ("accounts", "notifications", "communities", "complaints", "ratings", "governance")


def modules() -> list[ModuleType]:
    found = [import_module(f"{app}.forms") for app in APPS if find_spec(f"{app}.forms")]
    return found + [
        import_module(f"{package.__name__}.{each.name}")
        for package in found
        for each in iter_modules(getattr(package, "__path__", ()))
    ]


def test_an_empty_choice_is_said_in_words() -> None:
    dashes = [
        f"{module.__name__}.{name}.{field}"
        for module in modules()
        for name, form in inspect.getmembers(module, inspect.isclass)
        if issubclass(form, forms.BaseForm)
        for field, asked in getattr(form, "base_fields", {}).items()
        if isinstance(asked, forms.ModelChoiceField) and "---" in str(asked.empty_label)
    ]
    assert dashes == []

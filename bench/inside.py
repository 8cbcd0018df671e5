"""python -m bench.inside MODULE [COMMAND …]: runs a module's main() with Django set up."""

import importlib
import sys

import django

if __name__ == "__main__":
    django.setup()
    importlib.import_module(sys.argv[1]).main(*sys.argv[2:])

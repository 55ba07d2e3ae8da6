#!/usr/bin/env python3
"""Django's own commands, for developers: ``.venv/bin/python manage.py makemigrations -n name app``."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egards.config.settings")
    execute_from_command_line(sys.argv)

#!/usr/bin/env python3
"""Égards from a fresh copy: `python3 egards.py run`. Needs Python 3.11 or later and nothing else; `make` is the same.

This file stays readable by older Pythons, so that they can say what is missing; the work is in tools/bootstrap.py.
"""

import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the very purpose of this file
    sys.stderr.write("Égards demande Python 3.11 ou plus récent ; celui-ci est le " + sys.version.split()[0] + ".\n")
    sys.exit("Essayez « python3.11 egards.py », « python3.12 egards.py »… ou installez un Python plus récent.")

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tools")

import bootstrap  # noqa: E402

sys.exit(bootstrap.main(sys.argv[1:]))

#!/bin/sh
# Prints the Python to build the environment with: the first that is new enough and can make one.
for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
    if "$name" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
for name in ${PYTHON:-python3.11 python3.12 python3.13 python3.14 python3}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        echo "$name cannot make an environment (no ensurepip): on Debian and Ubuntu, apt install python3-venv." >&2
        exit 1
    fi
done
echo "Python 3.11 or newer is needed; found: $("${PYTHON:-python3}" --version 2>/dev/null || echo none). PYTHON=/path/to/python3 names another." >&2
exit 1

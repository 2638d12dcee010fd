import hashlib, json, sys

before, number = "0" * 64, 0
for line in sys.stdin.buffer:
    link = json.loads(line)
    number += 1
    if link["sequence"] != number or link["previous"] != before:
        sys.exit(f"Link {number} is not as it was published.")
    before = hashlib.sha256(line.rstrip(b"\n")).hexdigest()
print(number, before)

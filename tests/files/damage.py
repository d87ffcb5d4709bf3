"""damage.py FILE COUNT FOLDER: copies of a file, each broken in another way, the same on every run.

Bytes are changed, cut off, taken out or doubled. Of a zip archive also what is inside is broken
and packed again, so that its checksums are right.
"""
import os
import random
import sys
import zipfile


def damaged(data, dice):
    data = bytearray(data)
    if not data:
        return data
    way = dice.randrange(6)
    if way == 0:
        return data[: dice.randrange(len(data))]
    at = dice.randrange(len(data))
    length = dice.choice((1, 2, 4, 8, 64, 512))
    if way == 1:
        del data[at : at + length]
    elif way == 2:
        data[at:at] = data[at : at + length]
    else:
        for _ in range(dice.choice((1, 1, 2, 5, 20))):
            at = dice.randrange(len(data))
            data[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256), data[at] ^ 1))
    return data


def damaged_inside(path, out, dice):
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    chosen = dice.choice(sorted(members))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, bytes(damaged(content, dice)) if name == chosen else content)


path, count, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.makedirs(folder, exist_ok=True)
data = open(path, "rb").read()
for n in range(count):
    dice = random.Random(f"{os.path.basename(path)} {n}")
    out = os.path.join(folder, f"{n:04d}-{os.path.basename(path)}")
    if n % 2 and zipfile.is_zipfile(path):
        damaged_inside(path, out, dice)
    else:
        with open(out, "wb") as f:
            f.write(damaged(data, dice))

"""Pictures drawn when the demo runs: plain scenes of an estate, before and after."""

import random
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
FLOOR = 500
Colour = tuple[int, int, int]
SKY, WALL, STONE, DARK, GRASS = (
    (188, 212, 230),
    (222, 216, 204),
    (168, 165, 158),
    (62, 66, 74),
    (122, 158, 96),
)
BRICK, RUST, WATER, LIGHT, METAL = (
    (196, 152, 122),
    (150, 116, 84),
    (112, 142, 158),
    (250, 232, 170),
    (150, 158, 166),
)


class Canvas:
    """A picture in the making; `rough` scatters small differences, the same for a name."""

    def __init__(self, name: str, *, after: bool) -> None:
        self.after = after
        self.rough = random.Random(name)  # noqa: S311 a drawing keeps no secret
        self.image = Image.new("RGB", (WIDTH, HEIGHT), WALL)
        self.pen = ImageDraw.Draw(self.image)

    def box(self, x: float, y: float, w: float, h: float, colour: Colour, line: int = 0) -> None:
        edge = _shade(colour, 0.72) if line else None
        self.pen.rectangle((x, y, x + w, y + h), fill=colour, outline=edge, width=line)

    def oval(self, x: float, y: float, w: float, h: float, colour: Colour) -> None:
        self.pen.ellipse((x, y, x + w, y + h), fill=colour)

    def line(self, *points: tuple[float, float], colour: Colour = DARK, width: int = 6) -> None:
        self.pen.line(points, fill=colour, width=width, joint="curve")

    def fade(self, top: Colour, bottom: Colour, y0: int, y1: int) -> None:
        """From one colour to another, line by line."""
        for y in range(y0, y1):
            part = (y - y0) / max(1, y1 - y0)
            mixed = tuple(round(a + (b - a) * part) for a, b in zip(top, bottom, strict=True))
            self.pen.line(((0, y), (WIDTH, y)), fill=mixed)

    def room(self, wall: Colour = WALL) -> None:
        self.fade(_shade(wall, 1.04), _shade(wall, 0.86), 0, FLOOR)
        self.fade(STONE, _shade(STONE, 0.8), FLOOR, HEIGHT)
        self.line((0, FLOOR), (WIDTH, FLOOR), colour=_shade(wall, 0.7), width=10)
        for x in range(-200, WIDTH + 400, 160):
            self.line((x + 80, FLOOR), (x - 60, HEIGHT), colour=_shade(STONE, 0.75), width=3)

    def yard(self, ground: Colour = STONE) -> None:
        self.fade(SKY, (232, 236, 236), 0, FLOOR - 60)
        self.block(40, 90, 330, BRICK)
        self.block(560, 40, 360, WALL)
        self.fade(GRASS, _shade(GRASS, 0.9), FLOOR - 62, FLOOR)
        self.fade(ground, _shade(ground, 0.8), FLOOR, HEIGHT)

    def block(self, x: int, y: int, width: int, colour: Colour) -> None:
        """A block of flats with its windows."""
        self.box(x, y, width, FLOOR - 60 - y, colour)
        for wy in range(y + 26, FLOOR - 110, 62):
            for wx in range(x + 22, x + width - 44, 64):
                lit = self.rough.random() < 0.2
                self.box(wx, wy, 36, 38, LIGHT if lit else (138, 160, 176), 3)

    def stain(self, x: float, y: float, size: float, colour: Colour) -> None:
        for _ in range(26):
            dx, dy = self.rough.gauss(0, size / 2), abs(self.rough.gauss(0, size / 2))
            r = self.rough.uniform(size / 6, size / 3)
            self.oval(x + dx - r, y + dy - r, 2 * r, 2 * r, colour)

    def car(self, x: int, y: int, colour: Colour) -> None:
        self.pen.rounded_rectangle((x, y, x + 300, y + 78), 26, fill=colour)
        self.pen.polygon(
            ((x + 52, y + 6), (x + 98, y - 54), (x + 206, y - 54), (x + 256, y + 6)),
            fill=_shade(colour, 0.85),
        )
        self.pen.polygon(
            ((x + 72, y + 2), (x + 106, y - 42), (x + 198, y - 42), (x + 234, y + 2)),
            fill=(186, 206, 216),
        )
        for wheel in (x + 44, x + 204):
            self.oval(wheel, y + 46, 60, 60, DARK)
            self.oval(wheel + 18, y + 64, 24, 24, METAL)

    def tree(self, x: int, y: int, size: int) -> None:
        self.box(x - size // 10, y, size // 5, size, RUST)
        for _ in range(16):
            dx, dy = self.rough.gauss(0, size / 3), self.rough.gauss(-size / 4, size / 4)
            shade = _shade((86, 130, 76), self.rough.uniform(0.85, 1.2))
            self.oval(x + dx - size / 4, y + dy - size / 4, size / 2, size / 2, shade)


def _shade(colour: Colour, by: float) -> Colour:
    r, g, b = (min(255, round(part * by)) for part in colour)
    return r, g, b


def leak(c: Canvas) -> None:
    c.room((226, 222, 212))
    c.box(560, 120, 240, 240, (176, 200, 214), 10)
    if c.after:
        c.box(150, 30, 300, 260, (238, 236, 230))
    else:
        c.stain(300, 60, 150, (196, 178, 146))
        c.stain(300, 60, 80, (160, 140, 108))
        for x in (250, 320, 366):
            c.line((x, 190), (x, c.rough.randint(300, 470)), colour=WATER, width=5)


def lift(c: Canvas) -> None:
    c.room((206, 208, 204))
    c.box(290, 70, 380, 430, DARK)
    gap = 12 if c.after else 150
    c.box(300, 80, 180 - gap / 2, 420, METAL, 4)
    c.box(480 + gap / 2, 80, 180 - gap / 2, 420, METAL, 4)
    c.box(730, 230, 46, 110, (96, 100, 106), 4)
    for y in (252, 296):
        c.oval(742, y, 22, 22, LIGHT if c.after else (70, 70, 72))
    if not c.after:
        c.line((250, 420), (710, 420), colour=(206, 92, 62), width=16)


def pipe(c: Canvas) -> None:
    c.room((200, 206, 210))
    for x in (220, 520):
        c.box(x, 0, 54, FLOOR, (126, 148, 160), 5)
        c.box(x - 12, 210, 78, 40, (98, 118, 130), 4)
    c.box(274, 300, 246, 44, (126, 148, 160), 5)
    c.oval(372, 250, 90, 90, (192, 86, 66))
    if not c.after:
        for _ in range(36):
            c.oval(540 + c.rough.gauss(0, 34), 260 + c.rough.uniform(0, 230), 9, 20, WATER)
        c.oval(400, 540, 380, 90, WATER)


def drain(c: Canvas) -> None:
    c.yard()
    c.box(360, 560, 250, 100, (96, 98, 102), 8)
    for x in range(376, 600, 26):
        c.line((x, 568), (x, 652), colour=DARK, width=9)
    if not c.after:
        c.oval(120, 540, 740, 170, (118, 124, 104))
        c.oval(220, 566, 520, 110, (98, 106, 88))
        for _ in range(20):
            c.oval(c.rough.randint(250, 700), c.rough.randint(570, 660), 22, 12, RUST)


def gate(c: Canvas) -> None:
    c.yard((150, 152, 154))
    c.box(620, 330, 110, 240, (228, 226, 220), 6)
    c.box(640, 360, 70, 60, DARK)
    end = (90, 452) if c.after else (250, 240)
    c.line((640, 452), end, colour=(236, 236, 232), width=24)
    for part in (0.2, 0.5, 0.8):
        x, y = 640 + (end[0] - 640) * part, 452 + (end[1] - 452) * part
        c.oval(x - 18, y - 12, 36, 24, (206, 82, 62))
    if not c.after:
        c.car(120, 600, (104, 124, 148))


def lamp(c: Canvas) -> None:
    dim = 1.0 if c.after else 0.34
    c.room(_shade((230, 220, 196), dim))
    c.fade(_shade(STONE, dim), _shade(STONE, dim * 0.8), FLOOR, HEIGHT)
    for step in range(7):
        tone = _shade((190, 184, 172), dim * (1 - step * 0.05))
        c.box(420 + step * 60, 470 - step * 46, 540, 50, tone, 3)
    c.line((250, 0), (250, 76), colour=DARK, width=6)
    c.oval(206, 70, 88, 88, LIGHT if c.after else (84, 84, 80))


def firelane(c: Canvas) -> None:
    c.yard((140, 142, 144))
    for x in range(-60, WIDTH, 120):
        c.pen.polygon(
            ((x, 700), (x + 46, 700), (x + 166, 560), (x + 120, 560)), fill=(232, 196, 84)
        )
    c.line((0, 556), (WIDTH, 556), colour=(232, 196, 84), width=9)
    if not c.after:
        c.car(90, 570, (176, 74, 66))
        c.car(500, 584, (92, 104, 120))


def fire(c: Canvas) -> None:
    c.room()
    c.box(300, 150, 340, 310, (188, 70, 56), 12)
    c.box(326, 176, 288, 258, (232, 228, 220))
    if c.after:
        c.oval(350, 214, 150, 150, (226, 196, 160))
        c.oval(392, 256, 66, 66, (150, 110, 84))
        for x in (520, 566):
            c.pen.rounded_rectangle((x, 260, x + 38, 426), 16, fill=(196, 52, 44))
            c.box(x + 10, 238, 18, 26, DARK)
    else:
        c.line((352, 420), (450, 380), (430, 340), colour=(190, 180, 160), width=8)


def cable(c: Canvas) -> None:
    c.yard((160, 160, 156))
    if not c.after:
        c.line((700, 150), (660, 330), (560, 480), (430, 560), colour=(206, 92, 62), width=8)
    else:
        c.box(470, 330, 420, 22, (96, 120, 150))
        for x in (490, 866):
            c.box(x, 350, 14, 190, METAL)
    for x in (280, 500) if c.after else (330,):
        c.oval(x, 560, 74, 74, DARK)
        c.oval(x + 150, 560, 74, 74, DARK)
        c.line((x + 36, 596), (x + 90, 520), (x + 186, 596), colour=(86, 124, 112), width=20)
        c.line((x + 40, 590), (x + 30, 480), (x + 8, 470), colour=METAL, width=9)
        c.box(x + 90, 500, 76, 18, DARK)


def clutter(c: Canvas) -> None:
    c.room((224, 218, 202))
    c.box(640, 130, 210, 370, (150, 112, 86), 8)
    c.oval(660, 310, 18, 18, LIGHT)
    if c.after:
        return
    for x, y, w, h in ((90, 380, 190, 160), (120, 250, 140, 130), (300, 430, 170, 130)):
        c.box(x, y, w, h, (198, 160, 112), 5)
        c.line((x + w / 2, y), (x + w / 2, y + h), colour=(170, 132, 88), width=10)
    c.box(480, 470, 130, 120, (112, 130, 142), 5)


def rubbish(c: Canvas) -> None:
    c.yard()
    for x, colour in ((250, (82, 122, 92)), (430, (92, 102, 116)), (610, (76, 110, 150))):
        c.box(x, 430, 140, 190, colour, 6)
        c.box(x - 8, 410, 156, 26, _shade(colour, 0.85), 4)
        if not c.after:
            for _ in range(7):
                tone = c.rough.choice(((232, 230, 222), (62, 64, 70), (196, 172, 130)))
                c.oval(x + c.rough.randint(-50, 120), c.rough.randint(350, 640), 76, 60, tone)


def pavement(c: Canvas) -> None:
    c.yard()
    for row in range(3):
        for col in range(-1, 9):
            tone = _shade((186, 178, 166), c.rough.uniform(0.93, 1.05))
            c.box(col * 130 + row * 40, 506 + row * 72, 124, 66, tone, 3)
    if not c.after:
        c.pen.polygon(
            ((360, 590), (470, 556), (560, 600), (520, 660), (400, 668)), fill=(92, 84, 74)
        )
        c.pen.polygon(((420, 560), (560, 530), (590, 572), (470, 600)), fill=(202, 194, 182))


def green(c: Canvas) -> None:
    c.yard(_shade(GRASS, 1.05) if c.after else (158, 146, 104))
    c.tree(180, 330, 210)
    c.tree(820, 350, 180)
    for x in range(30, WIDTH, 54):
        tone = (92, 140, 80) if c.after else (150, 138, 84)
        height = 40 if c.after else c.rough.randint(20, 130)
        c.oval(x, 570 - height / 2, 60, height, tone)


def tree(c: Canvas) -> None:
    c.yard()
    if c.after:
        c.tree(470, 300, 260)
        c.line((400, 560), (470, 420), (540, 560), colour=RUST, width=12)
    else:
        c.line((250, 610), (640, 520), colour=RUST, width=44)
        for _ in range(24):
            shade = _shade((86, 130, 76), c.rough.uniform(0.85, 1.2))
            c.oval(c.rough.randint(540, 800), c.rough.randint(410, 580), 110, 90, shade)


def parking(c: Canvas) -> None:
    c.yard((144, 146, 148))
    for x in (60, 370, 680):
        c.line((x + 60, 520), (x - 40, 710), colour=(238, 238, 234), width=8)
    c.car(30, 590, (120, 136, 110))
    if not c.after:
        c.car(330, 560, (90, 96, 110))
        c.car(610, 620, (178, 170, 156))


def building(c: Canvas) -> None:
    c.yard()
    c.block(220, 20, 520, (214, 204, 188))
    if not c.after:
        c.box(430, 300, 230, 110, (130, 150, 170), 8)
        c.line((430, 300), (545, 262), (660, 300), colour=(206, 92, 62), width=12)


SCENES: dict[str, Callable[[Canvas], None]] = {
    draw.__name__: draw
    for draw in (
        *(leak, lift, pipe, drain, gate, lamp, firelane, fire),
        *(cable, clutter, rubbish, pavement, green, tree, parking, building),
    )
}


def drawn(name: str, *, after: bool) -> Image.Image:
    """The picture of this name, the same every time."""
    canvas = Canvas(name, after=after)
    SCENES[name](canvas)
    return canvas.image

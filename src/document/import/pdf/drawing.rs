//! The drawing of a page: characters and thin lines, with their positions.

use crate::document::import::matching::ligature;

/// The most thin lines of a page.
const MAX_RULES: usize = 5_000;

/// A character on a page, in points. `y` is its baseline and grows upwards.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) character: char,
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) y: f32,
    /// The size of its font.
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) italic: bool,
    /// The direction of its text, in quarter turns; 4 is any other.
    pub(super) turn: u8,
    /// Whether the file marks it as the head or foot of a page.
    pub(super) artifact: bool,
}

/// A rectangle on a page, in points: `(x0, y0)` is its lower left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageArea {
    pub(super) x0: f32,
    pub(super) y0: f32,
    pub(super) x1: f32,
    pub(super) y1: f32,
}

/// A thin line.
pub(super) type Rule = PageArea;

impl PageArea {
    /// Returns the rectangle between two opposite corners.
    pub(super) fn between(a: (f32, f32), b: (f32, f32)) -> Self {
        Self { x0: a.0.min(b.0), y0: a.1.min(b.1), x1: a.0.max(b.0), y1: a.1.max(b.1) }
    }

    pub(super) fn width(self) -> f32 {
        self.x1 - self.x0
    }

    pub(super) fn height(self) -> f32 {
        self.y1 - self.y0
    }

    /// Whether it is a vertical line that runs past a height of the page.
    pub(super) fn is_beside(self, y: f32) -> bool {
        self.width() < 2.5 && self.y0 <= y && self.y1 >= y
    }
}

/// What was drawn on a page.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) glyphs: Vec<Glyph>,
    pub(super) rules: Vec<Rule>,
    /// How many characters the file does not name.
    pub(super) unknown: usize,
    /// Whether it shows a picture.
    pub(super) picture: bool,
    /// The beginning of the text in layers that are switched off.
    pub(super) hidden: String,
    /// The part of the page that is shown.
    pub(super) visible: Option<PageArea>,
}

impl Drawn {
    /// Says which words are left out, since they are in a layer that is switched off.
    pub(super) fn hidden_words(&self) -> Option<String> {
        let words = self.hidden.trim();
        (!words.is_empty())
            .then(|| format!("left out, as it is in a layer that is switched off: {words}"))
    }
}

/// An affine map `[a b c d e f]`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self::shift(0.0, 0.0);

    /// Moves by a distance.
    pub(super) const fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First `self`, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let direction = |x, y| {
            let (to_x, to_y) = next.apply(x, y);
            [to_x - next.0[4], to_y - next.0[5]]
        };
        let first = direction(self.0[0], self.0[1]);
        let second = direction(self.0[2], self.0[3]);
        let (x, y) = next.apply(self.0[4], self.0[5]);
        Self([first[0], first[1], second[0], second[1], x, y])
    }

    pub(super) fn apply(self, x: f32, y: f32) -> (f32, f32) {
        let matrix = self.0;
        (matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5])
    }
}

/// The quarter turns of a text whose letters are upright along `up`.
pub(super) fn turn(up: (f32, f32)) -> u8 {
    let (x, y) = up;
    if y > 0.0 && x.abs() <= y * 0.3 {
        0
    } else if x < 0.0 && y.abs() <= -x * 0.1 {
        1
    } else if y < 0.0 && x.abs() <= -y * 0.1 {
        2
    } else if x > 0.0 && y.abs() <= x * 0.1 {
        3
    } else {
        4
    }
}

/// Adds the characters of one code, which share its width. Ligatures become their letters.
pub(super) fn place_characters(
    characters: &str,
    from: (f32, f32),
    to: (f32, f32),
    look: Glyph,
    glyphs: &mut Vec<Glyph>,
) {
    // Rotated into the frame in which its text runs to the right.
    let rotate = |(x, y): (f32, f32)| match look.turn {
        1 => (y, -x),
        2 => (-x, -y),
        3 => (-y, x),
        _ => (x, y),
    };
    let (from, to) = (rotate(from), rotate(to));
    let finite = [from.0, from.1, to.0, look.size]
        .iter()
        .all(|number| number.is_finite() && number.abs() < 1e6);
    if !finite || look.size <= 0.0 {
        return;
    }
    let letters = characters.chars().flat_map(|c| {
        let own = ligature(c).is_empty().then_some(c);
        ligature(c).chars().chain(own)
    });
    let letters: Vec<char> = letters.collect();
    #[expect(clippy::cast_precision_loss, reason = "a code has a handful of letters")]
    let step = (to.0 - from.0) / letters.len().max(1) as f32;
    let mut x = from.0;
    for character in letters {
        let (x0, x1) = (x.min(x + step), x.max(x + step));
        glyphs.push(Glyph { character, x0, x1, y: from.1, ..look });
        x += step;
    }
}

/// Replaces the glyphs since `from` by the text that the file gives for them.
pub(super) fn replace(glyphs: &mut Vec<Glyph>, from: usize, actual: &str) {
    let Some(shown) = glyphs.get(from..) else { return };
    let (Some(&first), Some(&last)) = (shown.first(), shown.last()) else { return };
    // What runs over several lines keeps its places.
    if shown.iter().any(|glyph| (glyph.y - first.y).abs() > first.size * 0.5) || last.x1 < first.x0
    {
        return;
    }
    glyphs.truncate(from);
    let look = Glyph { turn: 0, ..first };
    let start = glyphs.len();
    place_characters(actual, (first.x0, first.y), (last.x1, first.y), look, glyphs);
    glyphs.iter_mut().skip(start).for_each(|glyph| glyph.turn = first.turn);
}

/// The thin lines of a path that was not painted yet.
#[derive(Debug, Default)]
pub(super) struct Path {
    /// Lines that are seen if the path is stroked.
    pub(super) outline: Vec<Rule>,
    /// Rectangles so thin that they are lines if they are filled.
    pub(super) bars: Vec<Rule>,
}

impl Path {
    pub(super) fn rectangle(&mut self, transform: Matrix, x: f32, y: f32, width: f32, height: f32) {
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        self.bars.extend(rule(transform, corners[0], corners[2]));
        for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            self.outline.extend(rule(transform, *from, *to));
        }
        self.outline.truncate(MAX_RULES);
        self.bars.truncate(MAX_RULES);
    }

    pub(super) fn paint(&mut self, stroked: bool, drawn: &mut Drawn) {
        let Self { outline, bars } = std::mem::take(self);
        drawn.rules.extend(if stroked { outline } else { bars });
        drawn.rules.truncate(MAX_RULES);
    }
}

/// A line, if it is thin and not too short.
pub(super) fn rule(transform: Matrix, from: (f32, f32), to: (f32, f32)) -> Option<Rule> {
    let rule = Rule::between(transform.apply(from.0, from.1), transform.apply(to.0, to.1));
    let is_thin = rule.width() < 2.5 || rule.height() < 2.5;
    (is_thin && (rule.width() > 4.0 || rule.height() > 4.0)).then_some(rule)
}

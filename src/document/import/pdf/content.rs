//! Interprets the content streams of a page: where each character is drawn.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::drawing::{Drawn, Glyph, Matrix, PageArea, Path, place_characters, replace, rule, turn};
use super::fonts::{Font, array, dictionary};
use super::layers::Layers;
use super::lexer::{Lexer, PdfToken};

/// The most bytes that the content of one page, or one form it draws, may unpack to.
const MAX_CONTENT: usize = 24 << 20;
/// The most operators of a document.
const MAX_OPERATORS: usize = 4_000_000;
/// The most characters of a document.
const MAX_GLYPHS: usize = 600_000;
/// The most forms that a document may draw, and how deep they may contain one another.
const MAX_FORMS: usize = 20_000;
const MAX_FORM_DEPTH: usize = 12;
/// The most codes of fonts that are kept for the next page.
const MAX_CODES_KEPT: usize = 400_000;
/// The most saved graphics states.
const MAX_SAVED: usize = 256;
/// The most operands of one operator.
const MAX_OPERANDS: usize = 20_000;

#[derive(Debug, Clone)]
struct GraphicsState {
    transform: Matrix,
    font: Option<Rc<Font>>,
    size: f32,
    character_spacing: f32,
    word_spacing: f32,
    horizontal_scale: f32,
    leading: f32,
    rise: f32,
}

impl GraphicsState {
    fn new(transform: Matrix) -> Self {
        Self {
            transform,
            font: None,
            size: 1.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            horizontal_scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// A marked-content sequence that is open.
#[derive(Debug)]
struct Mark {
    /// The text that the file gives for what is drawn.
    actual: Option<String>,
    /// How many glyphs there were when it began.
    from: usize,
    artifact: bool,
    /// Whether it is in a layer that is switched off.
    hidden: bool,
}

/// Interprets the pages of one document within common bounds.
pub(super) struct Interpreter<'a> {
    document: &'a Document,
    fonts: HashMap<ObjectId, Rc<Font>>,
    operators: usize,
    /// How many codes the fonts define.
    codes: usize,
    forms: usize,
    glyphs: usize,
    layers: Layers,
    /// Whether the form that is drawn is in a layer that is switched off.
    is_hidden: bool,
}

impl<'a> Interpreter<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            fonts: HashMap::new(),
            operators: 0,
            codes: 0,
            forms: 0,
            glyphs: 0,
            layers: Layers::read(document),
            is_hidden: false,
        }
    }

    /// Whether a bound ended the reading before the document did.
    pub(super) fn is_exhausted(&self) -> bool {
        self.operators >= MAX_OPERATORS || self.glyphs >= MAX_GLYPHS || self.forms >= MAX_FORMS
    }

    /// Interprets a page.
    pub(super) fn page(&mut self, page: ObjectId) -> Drawn {
        let mut drawn = Drawn { visible: self.visible_area(page), ..Drawn::default() };
        let content =
            self.document.get_page_content_with_limit(page, MAX_CONTENT).unwrap_or_default();
        self.operators += content.len() / 64;
        let resources =
            self.inherited(page, b"Resources").and_then(|found| dictionary(self.document, found));
        let empty = Dictionary::new();
        self.run(
            &content,
            resources.unwrap_or(&empty),
            GraphicsState::new(Matrix::IDENTITY),
            0,
            &mut drawn,
        );
        drawn
    }

    /// The part of a page that is shown.
    fn visible_area(&self, page: ObjectId) -> Option<PageArea> {
        let area =
            self.inherited(page, b"CropBox").or_else(|| self.inherited(page, b"MediaBox"))?;
        let (_, area) = self.document.dereference(area).ok()?;
        let numbers = area.as_array().ok()?.iter().map(|number| number.as_float().ok());
        match numbers.collect::<Option<Vec<f32>>>()?.as_slice() {
            [a, b, c, d] => Some(PageArea::between((*a, *b), (*c, *d))),
            _ => None,
        }
    }

    /// An entry of a page, or of the nodes of the page tree above it.
    pub(super) fn inherited(&self, page: ObjectId, key: &[u8]) -> Option<&'a Object> {
        let mut node = self.document.get_dictionary(page).ok()?;
        for _ in 0..64 {
            if let Ok(found) = node.get(key) {
                return Some(found);
            }
            node = dictionary(self.document, node.get(b"Parent").ok()?)?;
        }
        None
    }

    fn font(&mut self, resources: &Dictionary, name: &[u8]) -> Option<Rc<Font>> {
        let fonts = dictionary(self.document, resources.get(b"Font").ok()?)?;
        let entry = fonts.get(name).ok()?;
        let id = entry.as_reference().ok();
        if let Some(known) = id.and_then(|id| self.fonts.get(&id)) {
            return Some(Rc::clone(known));
        }
        let font = Rc::new(Font::read(self.document, dictionary(self.document, entry)?));
        // Reading the font costs time, and keeping it costs memory.
        self.operators += 64 + font.cost() * 3;
        self.codes += font.cost();
        if let Some(id) = id.filter(|_| self.codes < MAX_CODES_KEPT) {
            self.fonts.insert(id, Rc::clone(&font));
        }
        Some(font)
    }

    /// Returns a font by its name in these resources, of which `known` has those that were used before.
    fn named_font(
        &mut self,
        resources: &Dictionary,
        name: &[u8],
        known: &mut HashMap<Vec<u8>, Option<Rc<Font>>>,
    ) -> Option<Rc<Font>> {
        if let Some(font) = known.get(name) {
            return font.clone();
        }
        let font = self.font(resources, name);
        if self.codes < MAX_CODES_KEPT {
            known.insert(name.to_owned(), font.clone());
        }
        font
    }

    fn run(
        &mut self,
        content: &[u8],
        resources: &Dictionary,
        state: GraphicsState,
        depth: usize,
        drawn: &mut Drawn,
    ) {
        let mut lexer = Lexer::new(content);
        let mut operands: Vec<PdfToken> = Vec::new();
        let (mut state, mut saved) = (state, Vec::new());
        let (mut text, mut line) = (Matrix::IDENTITY, Matrix::IDENTITY);
        let mut marks: Vec<Mark> = Vec::new();
        let mut local_fonts: HashMap<Vec<u8>, Option<Rc<Font>>> = HashMap::new();
        let (mut point, mut path) = ((0.0, 0.0), Path::default());
        while let Some(token) = lexer.next() {
            let PdfToken::Operator(operator) = token else {
                if operands.len() < MAX_OPERANDS {
                    operands.push(token);
                }
                continue;
            };
            self.operators += 1;
            if self.is_exhausted() {
                return;
            }
            let number = |at: usize| match operands.get(at) {
                Some(PdfToken::Number(number)) => *number,
                Some(_) | None => 0.0,
            };
            let matrix =
                || Matrix([number(0), number(1), number(2), number(3), number(4), number(5)]);
            match operator.as_slice() {
                b"q" if saved.len() < MAX_SAVED => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => state.transform = matrix().then(state.transform),
                b"BT" => (text, line) = (Matrix::IDENTITY, Matrix::IDENTITY),
                b"Tf" => {
                    if let Some(PdfToken::Name(name)) = operands.first() {
                        state.font = self.named_font(resources, name, &mut local_fonts);
                        state.size = number(1);
                    }
                }
                b"Tc" => state.character_spacing = number(0),
                b"Tw" => state.word_spacing = number(0),
                b"Tz" => state.horizontal_scale = number(0) / 100.0,
                b"TL" => state.leading = number(0),
                b"Ts" => state.rise = number(0),
                b"Td" | b"TD" => {
                    if operator == b"TD" {
                        state.leading = -number(1);
                    }
                    line = Matrix::shift(number(0), number(1)).then(line);
                    text = line;
                }
                b"Tm" => {
                    line = matrix();
                    text = line;
                }
                b"T*" | b"'" | b"\"" => {
                    if operator == b"\"" {
                        (state.word_spacing, state.character_spacing) = (number(0), number(1));
                    }
                    line = Matrix::shift(0.0, -state.leading).then(line);
                    text = line;
                    let strings =
                        if operator == b"\"" { operands.get(2..) } else { operands.get(..) };
                    self.show(strings.unwrap_or_default(), &state, &mut text, &marks, drawn);
                }
                b"Tj" | b"TJ" => self.show(&operands, &state, &mut text, &marks, drawn),
                b"BMC" | b"BDC" if marks.len() < MAX_SAVED => {
                    marks.push(self.mark(&operands, resources, drawn.glyphs.len()));
                }
                b"EMC" => {
                    if let Some(Mark { actual: Some(actual), from, .. }) = marks.pop() {
                        replace(&mut drawn.glyphs, from, &actual);
                    }
                }
                b"Do" => {
                    if let Some(PdfToken::Name(name)) = operands.first() {
                        self.draw(name, resources, &state, depth, drawn);
                    }
                }
                b"ID" => {
                    drawn.picture = true;
                    lexer.skip_inline_image();
                }
                b"re" => {
                    path.rectangle(state.transform, number(0), number(1), number(2), number(3));
                }
                b"m" => point = (number(0), number(1)),
                b"l" => {
                    let to = (number(0), number(1));
                    path.outline.extend(rule(state.transform, point, to));
                    point = to;
                }
                b"S" | b"s" | b"B" | b"B*" | b"b" | b"b*" => path.paint(true, drawn),
                b"f" | b"F" | b"f*" => path.paint(false, drawn),
                // A path that is not painted, such as one that clips.
                b"n" => path = Path::default(),
                _ => {}
            }
            operands.clear();
        }
    }

    fn mark(&self, operands: &[PdfToken], resources: &Dictionary, from: usize) -> Mark {
        let mut mark = Mark { actual: None, from, artifact: false, hidden: false };
        let is_artifact =
            matches!(operands.first(), Some(PdfToken::Name(name)) if name == b"Artifact");
        if let Some(PdfToken::Name(name)) = operands.get(1) {
            let properties = resources.get(b"Properties").ok();
            let named = properties
                .and_then(|found| dictionary(self.document, found))
                .and_then(|properties| properties.get(name).ok());
            mark.hidden = named.is_some_and(|layer| self.layers.is_off(self.document, layer));
            let named = named.and_then(|found| dictionary(self.document, found));
            let actual = named.and_then(|named| named.get_deref(b"ActualText", self.document).ok());
            mark.actual = actual.and_then(|text| lopdf::decode_text_string(text).ok());
            let kind = named.and_then(|named| named.get_deref(b"Type", self.document).ok());
            mark.artifact =
                is_artifact && kind.and_then(|kind| kind.as_name().ok()) == Some(b"Pagination");
        }
        for pair in operands.windows(2) {
            match pair {
                [PdfToken::Name(key), PdfToken::Text(text)] if key == b"ActualText" => {
                    let text = Object::string_literal(text.clone());
                    mark.actual = lopdf::decode_text_string(&text).ok();
                }
                [PdfToken::Name(key), PdfToken::Name(kind)]
                    if key == b"Type" && kind == b"Pagination" =>
                {
                    mark.artifact = is_artifact;
                }
                _ => {}
            }
        }
        mark
    }

    fn draw(
        &mut self,
        name: &[u8],
        resources: &Dictionary,
        state: &GraphicsState,
        depth: usize,
        drawn: &mut Drawn,
    ) {
        let document = self.document;
        let objects = resources.get(b"XObject").ok().and_then(|found| dictionary(document, found));
        let Some(object) = objects.and_then(|objects| objects.get_deref(name, document).ok())
        else {
            return;
        };
        let Ok(form) = object.as_stream() else { return };
        if form.dict.get_deref(b"Subtype", document).and_then(Object::as_name).ok() != Some(b"Form")
        {
            drawn.picture = true;
            return;
        }
        self.forms += 1;
        if depth >= MAX_FORM_DEPTH || self.is_exhausted() {
            return;
        }
        let content = form.get_plain_content_with_limit(MAX_CONTENT);
        // Unpacking costs time too, also of what is too long in the end.
        self.operators += content.as_ref().map_or(MAX_CONTENT, Vec::len) / 64;
        let Ok(content) = content else { return };
        let own = form.dict.get(b"Resources").ok().and_then(|found| dictionary(document, found));
        let mut inner = state.clone();
        if let Some(matrix) = array(document, &form.dict, b"Matrix") {
            let mut entries = matrix.iter().map(|entry| entry.as_float().unwrap_or(0.0));
            let mut matrix = [0.0; 6];
            for entry in &mut matrix {
                *entry = entries.next().unwrap_or(0.0);
            }
            inner.transform = Matrix(matrix).then(inner.transform);
        }
        let was_hidden = self.is_hidden;
        self.is_hidden |=
            form.dict.get(b"OC").is_ok_and(|layer| self.layers.is_off(document, layer));
        self.run(&content, own.unwrap_or(resources), inner, depth + 1, drawn);
        self.is_hidden = was_hidden;
    }

    /// Shows the strings of a text operator and moves on by their widths.
    fn show(
        &mut self,
        operands: &[PdfToken],
        state: &GraphicsState,
        text: &mut Matrix,
        marks: &[Mark],
        drawn: &mut Drawn,
    ) {
        let Some(font) = &state.font else { return };
        if self.is_hidden || marks.iter().any(|mark| mark.hidden) {
            let texts = operands.iter().filter_map(|operand| match operand {
                PdfToken::Text(bytes) => Some(bytes),
                PdfToken::Number(_)
                | PdfToken::Name(_)
                | PdfToken::Bracket(_)
                | PdfToken::Operator(_) => None,
            });
            for code in texts.flat_map(|bytes| font.decode(bytes)).take(60) {
                if drawn.hidden.len() < 60 {
                    drawn.hidden.push_str(code.characters.unwrap_or_default());
                }
            }
            return;
        }
        let artifact = marks.iter().any(|mark| mark.artifact);
        for operand in operands {
            match operand {
                PdfToken::Number(adjustment) if operands.len() > 1 => {
                    let shift = -adjustment / 1_000.0 * state.size * state.horizontal_scale;
                    *text = Matrix::shift(shift, 0.0).then(*text);
                }
                PdfToken::Text(bytes) => {
                    for code in font.decode(bytes) {
                        if self.glyphs >= MAX_GLYPHS {
                            return;
                        }
                        let width = code.width * state.size;
                        let spacing = state.character_spacing
                            + if code.is_space { state.word_spacing } else { 0.0 };
                        let place =
                            Matrix::shift(0.0, state.rise).then(*text).then(state.transform);
                        let from = place.apply(0.0, 0.0);
                        let to = place.apply(width * state.horizontal_scale, 0.0);
                        let up = place.apply(0.0, state.size);
                        let mut buffer = [0; 4];
                        let characters = code
                            .characters
                            .or_else(|| code.own.map(|own| &*own.encode_utf8(&mut buffer)));
                        match characters {
                            Some(characters) => {
                                self.glyphs += characters.len();
                                let look = Glyph {
                                    character: ' ',
                                    x0: 0.0,
                                    x1: 0.0,
                                    y: 0.0,
                                    size: (up.0 - from.0).hypot(up.1 - from.1),
                                    bold: font.bold,
                                    italic: font.italic,
                                    turn: turn((up.0 - from.0, up.1 - from.1)),
                                    artifact,
                                };
                                place_characters(characters, from, to, look, &mut drawn.glyphs);
                            }
                            None if width > 0.0 => drawn.unknown += 1,
                            None => {}
                        }
                        let shift = (width + spacing) * state.horizontal_scale;
                        *text = Matrix::shift(shift, 0.0).then(*text);
                    }
                }
                PdfToken::Number(_)
                | PdfToken::Name(_)
                | PdfToken::Bracket(_)
                | PdfToken::Operator(_) => {}
            }
        }
    }
}

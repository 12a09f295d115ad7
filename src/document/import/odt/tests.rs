//! Tests of the features of `OpenDocument` texts, each on a document of a few elements.

use std::io::{Cursor, Write};

use zip::write::{SimpleFileOptions, ZipWriter};

use super::super::lines::{Source, SourceLine};
use super::read;
use crate::document::error::UnreadableDocument;
use crate::model::markup;

/// An `OpenDocument` text with these parts.
fn package(parts: &[(&str, &str)]) -> Result<Source, UnreadableDocument> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    read(Cursor::new(zip.finish().unwrap().into_inner()))
}

/// Reads a document with these automatic styles and this body.
fn document(styles: &str, body: &str) -> Source {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    package(&[("content.xml", &content)]).unwrap()
}

fn marked(lines: &[SourceLine]) -> Vec<String> {
    lines.iter().map(|line| format!("{}{}", line.marker, markup::marked(&line.runs))).collect()
}

fn lines(styles: &str, body: &str) -> Vec<String> {
    marked(&document(styles, body).lines)
}

#[test]
fn tracked_insertions_are_read_and_deletions_left_out() {
    let body = r#"<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>
        <office:change-info><dc:creator>A</dc:creator></office:change-info><text:p>deleted</text:p>
        </text:deletion></text:changed-region><text:changed-region text:id="c2"><text:insertion/>
        </text:changed-region></text:tracked-changes>
        <text:p>We <text:change text:change-id="c1"/>visited <text:change-start
        text:change-id="c2"/>forty <text:change-end text:change-id="c2"/>homes<office:annotation>
        <dc:creator>B</dc:creator><text:p>How many?</text:p></office:annotation>.</text:p>"#;
    assert_eq!(lines("", body), ["We visited forty homes."]);
}

#[test]
fn comments_are_read_with_their_author_and_words() {
    let body = r#"<text:p>One.</text:p><text:p>We visited <office:annotation office:name="c7">
        <dc:creator>Anna</dc:creator><dc:date>2026-11-20T10:00:00</dc:date><text:p>How</text:p>
        <text:p><text:span>many?</text:span></text:p></office:annotation>forty
        homes<office:annotation-end office:name="c7"/>.<office:annotation><dc:creator>Bert
        </dc:creator><text:p>Source?</text:p></office:annotation></text:p>"#;
    let source = document("", body);
    assert_eq!(marked(&source.lines), ["One.", "We visited forty homes."]);
    let [anna, bert] = source.comments.as_slice() else { panic!("{:?}", source.comments) };
    assert_eq!(
        (anna.author.as_str(), anna.about.as_str(), anna.number),
        ("Anna", "forty homes", 2)
    );
    let text = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!((text(&anna.text), text(&bert.text)), ("How many?".into(), "Source?".into()));
    assert_eq!((text(&bert.author), bert.about.as_str(), bert.number), ("Bert".into(), "", 2));
}

#[test]
fn form_controls_show_what_was_entered() {
    let body = r#"<office:forms><form:form>
        <form:checkbox form:id="a" form:current-state="checked" form:label="Share"/>
        <form:checkbox form:id="b" form:state="unchecked" form:label="Publish"/>
        <form:radio form:id="c" form:current-selected="true" form:label="Yes"/>
        <form:radio form:id="d" form:label="No"/>
        <form:textarea form:id="e" form:value="at first" form:current-value="in the end"/>
        <form:text form:id="f" form:value="Poland"/>
        <form:listbox form:id="g"><form:option form:label="Local"/>
        <form:option form:label="Regional" form:current-selected="true"/>
        <form:option form:label="National"/></form:listbox>
        <form:text form:id="h"/></form:form></office:forms>
        <text:p><draw:control draw:control="a"/></text:p>
        <text:p><draw:control draw:control="b"/></text:p>
        <text:p><draw:control draw:control="c"/> <draw:control draw:control="d"/></text:p>
        <text:p>Aim: <draw:control draw:control="e"/></text:p>
        <text:p>Country: <draw:control draw:control="f"/></text:p>
        <text:p>Level: <draw:control draw:control="g"/></text:p>
        <text:p>Town: <draw:control draw:control="h"/></text:p>"#;
    let found: Vec<String> =
        lines("", body).iter().map(|line| line.trim_end().to_owned()).collect();
    let wanted = [
        "☒ Share",
        "☐ Publish",
        "☒ Yes ☐ No",
        "Aim: in the end",
        "Country: Poland",
        "Level: Regional",
        "Town:",
    ];
    assert_eq!(found, wanted);
}

#[test]
fn content_controls_show_their_state_and_no_placeholder() {
    let body = r#"<text:p><loext:content-control loext:checkbox="true" loext:checked="true">☐
        </loext:content-control> Yes</text:p>
        <text:p><loext:content-control loext:checkbox="true" loext:checked="false">☐
        </loext:content-control> No</text:p>
        <text:p>Town: <loext:content-control loext:showing-place-holder="true">Click here to enter
        text</loext:content-control></text:p>
        <text:p>Level: <loext:content-control loext:dropdown="true"><loext:list-item
        loext:display-text="Local"/>Local</loext:content-control></text:p>
        <text:p><loext:content-control loext:date="true" loext:current-date="2026-05-01T00:00:00Z">1
        May</loext:content-control></text:p>"#;
    let found: Vec<String> =
        lines("", body).iter().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(found, ["☒ Yes", "☐ No", "Town:", "Level: Local", "2026-05-01"]);
}

#[test]
fn fields_of_word_forms_show_their_state() {
    let body = r#"<text:p><field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX">
        <field:param field:name="Checkbox_Checked" field:value="true"/></field:fieldmark> Yes</text:p>
        <text:p><field:fieldmark field:type="vnd.oasis.opendocument.field.FORMCHECKBOX"/> No</text:p>
        <text:p>Level: <field:fieldmark-start field:type="vnd.oasis.opendocument.field.FORMDROPDOWN">
        <field:param field:name="Dropdown_ListEntry" field:value="Local"/>
        <field:param field:name="Dropdown_ListEntry" field:value="Regional"/>
        <field:param field:name="Dropdown_Selected" field:value="1"/></field:fieldmark-start></text:p>"#;
    assert_eq!(lines("", body), ["☒ Yes", "☐ No", "Level: Regional"]);
}

#[test]
fn footnotes_are_read_apart_from_the_paragraph_around_them() {
    let body = r#"<text:p>One visit in ten<text:note text:note-class="footnote"><text:note-citation>1
        </text:note-citation><text:note-body><text:p>Of 4,389.</text:p></text:note-body></text:note>
        was refused.</text:p>"#;
    let found = document("", body);
    assert_eq!(marked(&found.lines), ["One visit in ten was refused."]);
    assert_eq!(marked(&found.notes), ["Of 4,389."]);
}

#[test]
fn lists_have_the_markers_that_are_shown() {
    let styles = r#"<text:list-style style:name="B">
        <text:list-level-style-bullet text:level="1" text:bullet-char="•"/>
        <text:list-level-style-bullet text:level="2" text:bullet-char="▪"/></text:list-style>
        <text:list-style style:name="N">
        <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
        <text:list-level-style-number text:level="2" style:num-format="a"
            loext:num-list-format="%1%.%2%)"/></text:list-style>"#;
    let body = r#"<text:list text:style-name="B"><text:list-item><text:p>volunteers</text:p>
        <text:p>of the parish</text:p><text:list><text:list-item><text:p>students</text:p>
        </text:list-item></text:list></text:list-item></text:list>
        <text:list text:style-name="N"><text:list-item><text:p>first</text:p><text:list>
        <text:list-item><text:p>inner</text:p></text:list-item></text:list></text:list-item>
        <text:list-item><text:p>second</text:p></text:list-item></text:list>
        <text:p>Between.</text:p>
        <text:list text:style-name="N" text:continue-numbering="true"><text:list-item>
        <text:p>third</text:p></text:list-item><text:list-item text:start-value="7">
        <text:p>seventh</text:p></text:list-item></text:list>
        <text:list text:style-name="N"><text:list-item><text:p>first again</text:p></text:list-item>
        </text:list>"#;
    let wanted = [
        "- volunteers",
        "of the parish",
        "  * students",
        "1. first",
        "  1.a) inner",
        "2. second",
        "Between.",
        "3. third",
        "7. seventh",
        "1. first again",
    ];
    assert_eq!(lines(styles, body), wanted);
}

#[test]
fn tables_are_read_row_by_row() {
    let body = "<table:table><table:table-row>\
        <table:table-cell><text:p>1. Title</text:p></table:table-cell>\
        <table:table-cell><text:p>Lanterns</text:p><text:p>of the town</text:p></table:table-cell>\
        </table:table-row><table:table-row>\
        <table:table-cell><text:p>2. Country</text:p></table:table-cell>\
        <table:covered-table-cell/>\
        <table:table-cell><text:p>Poland</text:p></table:table-cell>\
        </table:table-row></table:table>";
    assert_eq!(lines("", body), ["1. Title", "Lanterns", "of the town", "2. Country", "Poland"]);
}

#[test]
fn styles_give_emphasis_raised_digits_and_hidden_text() {
    let styles = r#"<style:style style:name="B" style:family="text">
        <style:text-properties fo:font-weight="bold"/></style:style>
        <style:style style:name="I" style:family="text" style:parent-style-name="B">
        <style:text-properties fo:font-style="italic" fo:font-weight="normal"/></style:style>
        <style:style style:name="Up" style:family="text">
        <style:text-properties style:text-position="super 58%"/></style:style>
        <style:style style:name="Down" style:family="text">
        <style:text-properties style:text-position="-8% 58%"/></style:style>
        <style:style style:name="H" style:family="text">
        <style:text-properties text:display="none"/></style:style>"#;
    let body = r#"<text:p>We were <text:span text:style-name="B">never</text:span> <text:span
        text:style-name="I">asked</text:span>, 10<text:span text:style-name="Up">6</text:span> times
        CO<text:span text:style-name="Down">2</text:span><text:span text:style-name="H"> (secret)
        </text:span>; see <text:a xlink:href="https://example.org/a">the report</text:a>.</text:p>"#;
    let wanted =
        "We were **never** *asked*, 10⁶ times CO₂; see [the report](https://example.org/a).";
    assert_eq!(lines(styles, body), [wanted]);
}

#[test]
fn spaces_and_line_breaks_are_those_that_are_shown() {
    let body = "<text:p>  one\n   two<text:s text:c=\"3\"/>three<text:tab/>four<text:line-break/>\
        five</text:p>";
    assert_eq!(lines("", body), ["one two   three four", "five"]);
}

#[test]
fn a_picture_is_reported_with_its_paragraph() {
    let body = "<text:p>Before.</text:p><text:p><draw:frame><draw:image/><svg:title>Map</svg:title>\
        </draw:frame></text:p>";
    let found = document("", body);
    assert_eq!(marked(&found.lines), ["Before."]);
    assert_eq!(found.remarks, ["paragraph 2: a picture is left out"]);
}

#[test]
fn encrypted_and_damaged_documents_are_refused() {
    let encrypted = [("META-INF/manifest.xml", "<manifest:encryption-data/>"), ("content.xml", "")];
    for (parts, wanted) in [
        (encrypted.as_slice(), "encrypted with a password"),
        (&[("mimetype", "text")], "`content.xml` is missing"),
        (&[("content.xml", "<office:text><text:p>cut")], "ends in the middle"),
    ] {
        let error = package(parts).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
    }
}

//! The picture in the manual is the screen of the real program, drawn as SVG, and the key table
//! there matches the one of the composer. `UPDATE_PICTURE=1` updates both.

use std::fmt::Write as _;
use std::fs;

use tempfile::tempdir;

use crate::support::manual::assert_up_to_date;
use crate::support::pty::Terminal;
use crate::support::root;

fn svg(screen: &vt100::Screen) -> String {
    const WIDE: u32 = 9;
    const HIGH: u32 = 19;
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let (width, height) = (u32::from(columns) * WIDE + 24, u32::from(rows) * HIGH + 24);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace\" font-size=\"15\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16181d\"/>\n"
    );
    for row in 0..rows {
        let mut column = 0;
        while column < columns {
            let look = |at: u16| {
                let cell = screen.cell(row, at).unwrap();
                (format!("{:?}", cell.fgcolor()), cell.bold(), cell.dim(), cell.underline())
            };
            let start = column;
            let mut text = String::new();
            while column < columns && look(column) == look(start) {
                let contents = screen.cell(row, column).unwrap().contents();
                text.push_str(if contents.is_empty() { " " } else { contents });
                column += 1;
            }
            if text.trim().is_empty() {
                continue;
            }
            let (colour, bold, dim, underline) = look(start);
            let fill = match (colour.as_str(), dim) {
                ("Default", false) => "#f2f2f0",
                ("Default", true) => "#8b9099",
                ("Idx(3)", _) => "#e5c07b",
                _ => "#ff8177",
            };
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            let mut style = String::new();
            if bold {
                style.push_str(" font-weight=\"bold\"");
            }
            if underline {
                style.push_str(" text-decoration=\"underline\"");
            }
            let (x, y) = (12 + u32::from(start) * WIDE, 12 + u32::from(row) * HIGH + 14);
            let length = u32::from(column - start) * WIDE;
            let _ = writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" fill=\"{fill}\"{style} xml:space=\"preserve\">{text}</text>"
            );
        }
    }
    let (row, column) = screen.cursor_position();
    let (x, y) = (12 + u32::from(column) * WIDE, 12 + u32::from(row) * HIGH);
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"2\" height=\"{HIGH}\" fill=\"#f2f2f0\"/>\n</svg>"
    );
    svg
}

#[test]
fn the_picture_of_the_readme_shows_the_current_program() {
    let folder = tempdir().unwrap();
    let sample = fs::read_to_string(root().join("examples/complete.yaml")).unwrap();
    let marker = "    Main objective: ";
    let more = "    Last year the town council asked us to look beyond the front door as well.\n\n";
    assert!(sample.contains(marker));
    fs::write(
        folder.path().join("application.yaml"),
        sample.replace(marker, &format!("{more}{marker}")),
    )
    .unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], (80, 24));
    terminal.wait_for(&["9 of 25", "^S", " saved"]);
    // Enough words to pass the limit by twelve, typed at the end, where the cursor is.
    terminal.paste(" In the third year the partners hope to pass the method on to four neighbouring towns as well, each with a coordinator and volunteers of its own. We would be glad to show it to each of them.");
    terminal.wait_for(&["words over"]);
    // A key that moves the cursor removes the message about the paste.
    terminal.press("\x1b[F");
    terminal.wait_for_without("^S save, continue", "Pasted");
    terminal.wait_for_without(" saved", "saving");
    let wanted = fs::read_to_string(root().join("docs/composer.svg")).unwrap_or_default();
    let picture = terminal.wait_for_picture(svg, &wanted);
    terminal.press("\x03");
    terminal.expect_exit(130);
    assert!(picture.contains("words over"));
    assert_up_to_date("docs/composer.svg", &picture);
}

#[test]
fn the_key_table_of_the_manual_matches_the_program() {
    let folder = tempdir().unwrap();
    let mut terminal = Terminal::start(folder.path(), &["--question", "9"], (90, 70));
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("\x1bOP");
    let screen = terminal.wait_for(&["Esc closes", "Ctrl-V"]);
    terminal.press("\x1b");
    terminal.wait_for(&["9 of 25", "^S"]);
    terminal.press("\x03");
    terminal.expect_exit(130);
    let mut table = String::from("<!-- keys -->\n\n| key | what it does |\n|---|---|\n");
    let lines = screen.lines().skip(1).take_while(|line| !line.trim().is_empty());
    for line in lines {
        let (keys, does) = line.trim().split_once("  ").unwrap();
        let _ = writeln!(table, "| {keys} | {} |", does.trim());
    }
    assert!(table.lines().count() > 30, "{screen}");
    let page = fs::read_to_string(root().join("docs/keys.md")).unwrap();
    let start = page.find("<!-- keys -->").unwrap();
    let end = start + page[start..].find("\nWith Shift").unwrap();
    assert_up_to_date("docs/keys.md", &format!("{}{table}{}", &page[..start], &page[end..]));
}

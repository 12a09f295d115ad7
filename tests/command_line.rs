//! What the command line promises beyond the cases of `cases.rs`: several processes at once, and
//! how a summary looks.

use tempfile::tempdir;

use crate::support::cli::run;
use crate::support::root;

#[test]
fn answers_set_at_the_same_time_are_all_kept() {
    let folder = tempdir().unwrap();
    let numbers = ["7", "8", "9", "11", "12", "13"];
    std::thread::scope(|scope| {
        for number in numbers {
            let folder = folder.path();
            scope.spawn(move || {
                let run = run(folder, &["set", "one.yaml", number, &format!("answer {number}")]);
                assert_eq!(run.code, 0, "{}", run.err);
            });
        }
    });
    let all = run(folder.path(), &["show", "one.yaml"]).out;
    for number in numbers {
        assert!(all.contains(&format!("answer {number}\n")), "{number}: {all}");
    }
}

#[test]
fn a_summary_fits_eighty_columns_and_is_coloured_when_asked() {
    let examples = root().join("examples");
    let plain = run(&examples, &["summary", "half-finished.yaml"]).out;
    assert!(plain.lines().all(|line| line.chars().count() <= 80), "{plain}");
    let coloured = run(&examples, &["summary", "half-finished.yaml", "--color", "always"]).out;
    let mut screen = vt100::Parser::new(200.try_into().unwrap(), 80.try_into().unwrap(), 0);
    screen.process(coloured.replace('\n', "\r\n").as_bytes());
    let screen = screen.screen();
    let text: Vec<_> = screen.contents().lines().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(text, plain.lines().collect::<Vec<_>>());
    let cells = (0..200).flat_map(|row| (0..80).map(move |column| (row, column)));
    let is_coloured = |(row, column)| {
        screen.cell(row, column).is_some_and(|cell| cell.fgcolor() != vt100::Color::Default)
    };
    assert!(cells.into_iter().any(is_coloured), "{coloured:?}");
}
